// Draws the points pixel by pixel into one image: tens of thousands take a few milliseconds, with or without a
// graphics card.

const SHAPES = [
  (x, y) => x * x + y * y <= 1,
  (x, y) => Math.max(Math.abs(x), Math.abs(y)) <= 0.88,
  (x, y) => y <= 0.8 && y >= -1 + 2 * Math.abs(x) * 0.95,
  (x, y) => Math.abs(x) + Math.abs(y) <= 1.15,
  (x, y) => y >= -0.8 && y <= 1 - 2 * Math.abs(x) * 0.95,
];

// The pixels that a shape covers: x, y and the share covered, 0 to 255.
function makeStamp(shape, radius) {
  const inside = SHAPES[shape];
  const reach = Math.ceil(radius * 1.2);
  const pixels = [];
  for (let y = -reach; y <= reach; y++) {
    for (let x = -reach; x <= reach; x++) {
      let hits = 0;
      for (let sub = 0; sub < 16; sub++) {
        const subX = x + ((sub % 4) - 1.5) / 4;
        const subY = y + (Math.floor(sub / 4) - 1.5) / 4;
        if (inside(subX / radius, subY / radius)) hits++;
      }
      if (hits) pixels.push({ x, y, share: Math.round(hits * 255 / 16) });
    }
  }
  return { reach, pixels };
}

// Converts "#rrggbb" to the bytes of a pixel, red lowest.
function toPixel(color) {
  const value = parseInt(color.slice(1), 16);
  return ((0xff << 24) | ((value & 0xff) << 16) | (value & 0xff00) | (value >> 16)) >>> 0;
}

// Blends two pixels: `share` 0 gives the first, 255 the second.
function mix(under, over, share) {
  const rest = 255 - share;
  const red = ((under & 0xff) * rest + (over & 0xff) * share) / 255;
  const green = ((under >> 8 & 0xff) * rest + (over >> 8 & 0xff) * share) / 255;
  const blue = ((under >> 16 & 0xff) * rest + (over >> 16 & 0xff) * share) / 255;
  return ((0xff << 24) | (blue << 16) | (green << 8) | red) >>> 0;
}

// A stamp in one colour for an image of the given width: the offsets of its pixels from its middle, and their colours.
function inkStamp({ reach, pixels }, color, paper, width) {
  return {
    reach, pixels,
    offsets: Int32Array.from(pixels, ({ x, y }) => y * width + x),
    inks: Uint32Array.from(pixels, ({ share }) => mix(paper, color, share)),
  };
}

class PointPainter {
  constructor(canvas, data) {
    this.context = canvas.getContext("2d", { alpha: false });
    this.canvas = canvas;
    this.data = data;
    this.readColors();
  }

  readColors() {
    this.paper = toPixel(getComputedStyle(document.documentElement).getPropertyValue("--paper").trim());
    this.colors = this.data.styles.map(([color]) => toPixel(color));
    this.inked = new Map();
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
    this.image = this.context.createImageData(width, height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.inked = new Map();
  }

  // The stamps of all styles for a radius, made once. Faint stamps are for groups that are not selected.
  stamps(radius, faint) {
    const size = Math.round(radius * 4) / 4;
    const key = faint ? -size : size;
    if (!this.inked.has(key)) {
      this.inked.set(key, this.data.styles.map(([, shape], style) => {
        const color = faint ? mix(this.paper, this.colors[style], 50) : this.colors[style];
        return inkStamp(makeStamp(shape, size), color, this.paper, this.canvas.width);
      }));
    }
    return this.inked.get(key);
  }

  // `only`: the group to show in full colour, or -1 for all.
  paint(view, ratio, only) {
    this.pixels.fill(this.paper);
    const radius = ratio * view.radius;
    this.pass(view, ratio, this.stamps(radius, false), (style) => only < 0 || style === only);
    if (only >= 0) this.pass(view, ratio, this.stamps(radius, true), (style) => style !== only);
    this.context.putImageData(this.image, 0, 0);
  }

  // Draws from front to back, frequent words first. A coloured pixel keeps its colour, so that none is blended twice
  // and a rim in the background colour sets a point off from those behind it.
  pass(view, ratio, stamps, wanted) {
    const { x, y, group, n } = this.data;
    const { width, height } = this.canvas;
    const scale = view.scale * ratio, left = view.left * ratio, top = view.top * ratio;
    const use = stamps.map((_, style) => wanted(style));
    for (let row = 0; row < n; row++) {
      const style = group[row];
      if (!use[style]) continue;
      const px = Math.round(x[row] * scale + left), py = Math.round(y[row] * scale + top);
      const stamp = stamps[style], reach = stamp.reach;
      if (px >= reach && py >= reach && px < width - reach && py < height - reach) {
        putWhole(this.pixels, this.paper, stamp, py * width + px);
      } else if (px > -reach && py > -reach && px < width + reach && py < height + reach) {
        this.putPart(stamp, px, py);
      }
    }
  }

  putPart({ pixels: shape, inks }, px, py) {
    const { width, height } = this.canvas;
    for (let i = 0; i < inks.length; i++) {
      const ix = px + shape[i].x, iy = py + shape[i].y;
      if (ix < 0 || iy < 0 || ix >= width || iy >= height) continue;
      if (this.pixels[iy * width + ix] === this.paper) this.pixels[iy * width + ix] = inks[i];
    }
  }
}

function putWhole(pixels, paper, { offsets, inks }, middle) {
  for (let i = 0; i < offsets.length; i++) {
    const at = middle + offsets[i];
    if (pixels[at] === paper) pixels[at] = inks[i];
  }
}
