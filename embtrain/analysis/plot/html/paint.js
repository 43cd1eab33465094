// Draws the points, pixel by pixel into one image: tens of thousands of them cost a few milliseconds, without a
// graphics card as with one.

const SHAPES = [
  (x, y) => x * x + y * y <= 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.88,
  (x, y) => y <= 0.8 && y >= -1 + 2 * Math.abs(x) * 0.95,
  (x, y) => Math.abs(x) + Math.abs(y) <= 1.15,
  (x, y) => y >= -0.8 && y <= 1 - 2 * Math.abs(x) * 0.95,
];

// A shape as a list of pixels: dx, dy and how much of the pixel it covers, 0 to 255.
function makeStamp(shape, radius) {
  const inside = SHAPES[shape];
  const reach = Math.ceil(radius * 1.2);
  const pixels = [];
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      let hits = 0;
      for (let sub = 0; sub < 16; sub++) {
        const x = dx + ((sub % 4) - 1.5) / 4;
        const y = dy + (Math.floor(sub / 4) - 1.5) / 4;
        if (inside(x / radius, y / radius)) hits++;
      }
      if (hits) pixels.push(dx, dy, Math.round(hits * 255 / 16));
    }
  }
  return { reach, pixels: Int16Array.from(pixels) };
}

// "#rrggbb" as the bytes of a pixel, red lowest.
function toPixel(color) {
  const value = parseInt(color.slice(1), 16);
  return ((0xff << 24) | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

// Between two pixels: `share` 0 gives the first, 255 the second.
function mix(under, over, share) {
  const rest = 255 - share;
  const red = ((under & 0xff) * rest + (over & 0xff) * share) / 255;
  const green = ((under >> 8 & 0xff) * rest + (over >> 8 & 0xff) * share) / 255;
  const blue = ((under >> 16 & 0xff) * rest + (over >> 16 & 0xff) * share) / 255;
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

class PointPainter {
  constructor(canvas, data) {
    this.context = canvas.getContext("2d", { alpha: false });
    this.canvas = canvas;
    this.data = data;
    this.stamps = new Map();
    this.readColors();
  }

  readColors() {
    this.paper = toPixel(getComputedStyle(document.documentElement).getPropertyValue("--paper").trim());
    this.colors = this.data.styles.map(([color]) => toPixel(color));
    this.faint = this.colors.map((color) => mix(this.paper, color, 50));
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
  }

  stamp(shape, radius) {
    const key = shape * 1000 + Math.round(radius * 4);
    if (!this.stamps.has(key)) this.stamps.set(key, makeStamp(shape, Math.round(radius * 4) / 4));
    return this.stamps.get(key);
  }

  // `only`: the group to show in full colour, or -1 for all. Frequent words come last, on top of the others.
  paint(view, ratio, only) {
    const { x, y, group, styles, n } = this.data;
    const { width, height } = this.canvas;
    this.pixels.fill(this.paper);
    const radius = ratio * view.radius;
    const stamps = styles.map(([, shape]) => this.stamp(shape, radius));
    const scale = view.scale * ratio, left = view.left * ratio, top = view.top * ratio;
    for (let row = n - 1; row >= 0; row--) {
      const px = Math.round(x[row] * scale + left);
      const py = Math.round(y[row] * scale + top);
      const style = group[row];
      const { reach } = stamps[style];
      if (px < -reach || py < -reach || px >= width + reach || py >= height + reach) continue;
      const color = only < 0 || only === style ? this.colors[style] : this.faint[style];
      this.put(stamps[style], px, py, color);
    }
    this.context.putImageData(this.image, 0, 0);
  }

  put({ reach, pixels: stamp }, px, py, color) {
    const { width, height } = this.canvas;
    const whole = px >= reach && py >= reach && px < width - reach && py < height - reach;
    for (let i = 0; i < stamp.length; i += 3) {
      const ix = px + stamp[i], iy = py + stamp[i + 1];
      if (!whole && (ix < 0 || iy < 0 || ix >= width || iy >= height)) continue;
      const at = iy * width + ix;
      this.pixels[at] = stamp[i + 2] === 255 ? color : mix(this.pixels[at], color, stamp[i + 2]);
    }
  }
}
