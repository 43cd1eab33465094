// Keeps which part of the map is visible; mouse, fingers and keys move it.

const SMALLEST = 0.5;
const LARGEST = 4000;

class View {
  constructor(data) {
    this.data = data;
    this.width = this.height = 1;
    this.scale = 1;
    this.left = this.top = 0;
  }

  get fit() { return 0.92 * Math.min(this.width / this.data.extent[0], this.height / this.data.extent[1]); }

  get zoom() { return this.scale / this.fit; }

  // Radius of a point in CSS pixels: small if there are many points, larger when zoomed in.
  get radius() {
    const least = this.data.n > 20000 ? 1.2 : this.data.n > 2000 ? 2 : 3.5;
    return Math.min(6, least * Math.max(1, this.zoom) ** 0.4);
  }

  resize(width, height) {
    const [x, y, zoom] = [this.middle(0), this.middle(1), this.zoom];
    const first = this.width === 1;
    this.width = width;
    this.height = height;
    if (first) this.showAll();
    else this.center(x, y, this.fit * zoom);
  }

  middle(axis) { return axis ? (this.height / 2 - this.top) / this.scale : (this.width / 2 - this.left) / this.scale; }

  place(row) { return [this.data.x[row] * this.scale + this.left, this.data.y[row] * this.scale + this.top]; }

  center(x, y, scale) {
    this.scale = Math.min(Math.max(scale, this.fit * SMALLEST), this.fit * LARGEST);
    this.left = this.width / 2 - x * this.scale;
    this.top = this.height / 2 - y * this.scale;
  }

  showAll() { this.center(this.data.extent[0] / 2, 1 - this.data.extent[1] / 2, this.fit); }

  move(dx, dy) {
    this.left += dx;
    this.top += dy;
  }

  // Zooms by a factor around a fixed place on the screen.
  zoomAt(factor, px, py) {
    const scale = Math.min(Math.max(this.scale * factor, this.fit * SMALLEST), this.fit * LARGEST);
    this.left = px - (px - this.left) * scale / this.scale;
    this.top = py - (py - this.top) * scale / this.scale;
    this.scale = scale;
  }

  // The word whose point is nearest to a place on the screen, within `reach` pixels, or -1.
  wordAt(px, py, reach) {
    const { x, y, n } = this.data;
    let best = reach * reach, found = -1;
    for (let row = 0; row < n; row++) {
      const dx = x[row] * this.scale + this.left - px, dy = y[row] * this.scale + this.top - py;
      const distance = dx * dx + dy * dy;
      if (distance < best) { best = distance; found = row; }
    }
    return found;
  }
}

// Drag, pinch, wheel and click on the map. `on` has changed(), clicked(x, y), hovered(x, y) and left().
function followPointers(map, view, on) {
  const fingers = new Map();
  let moved = 0;
  const at = (event) => {
    const box = map.getBoundingClientRect();
    return [event.clientX - box.left, event.clientY - box.top];
  };
  map.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    map.setPointerCapture(event.pointerId);
    if (!fingers.size) moved = 0;
    fingers.set(event.pointerId, at(event));
    map.classList.add("moving");
  });
  map.addEventListener("pointermove", (event) => {
    const now = at(event);
    const before = fingers.get(event.pointerId);
    if (!before) { on.hovered(...now); return; }
    const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    const other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const span = (a) => Math.max(1, Math.hypot(a[0] - other[0], a[1] - other[1]));
      view.zoomAt(span(now) / span(before), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      view.move(dx / 2, dy / 2);
    } else if (moved > 3) view.move(dx, dy);
    fingers.set(event.pointerId, now);
    on.changed();
  });
  const lift = (event) => {
    const was = fingers.delete(event.pointerId);
    if (!fingers.size) map.classList.remove("moving");
    if (was && event.type === "pointerup" && moved <= 3) on.clicked(...at(event));
  };
  map.addEventListener("pointerup", lift);
  map.addEventListener("pointercancel", lift);
  map.addEventListener("pointerleave", () => on.left());
  map.addEventListener("wheel", (event) => {
    event.preventDefault();
    const pixels = event.deltaY * (event.deltaMode === 1 ? 16 : event.deltaMode === 2 ? 400 : 1);
    view.zoomAt(Math.exp(-Math.max(-400, Math.min(400, pixels)) * 0.002), ...at(event));
    on.changed();
  }, { passive: false });
}
