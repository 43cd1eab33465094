// Draws the chosen word with its neighbours, and labels beside points where there is room.

const MOST_LABELS = 160;
const MOST_TRIED = 2500;
const FONT = "13px system-ui, sans-serif";
const STRONG = "600 15px system-ui, sans-serif";
const LINE = 17;

class LabelPainter {
  constructor(canvas, data) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
    this.data = data;
    this.widths = new Float32Array(data.n);
    this.readColors();
  }

  readColors() {
    const style = getComputedStyle(document.documentElement);
    [this.ink, this.paper, this.line, this.mark] =
      ["--ink", "--paper", "--soft", "--mark"].map((name) => style.getPropertyValue(name).trim());
  }

  resize(width, height) {
    this.canvas.width = width;
    this.canvas.height = height;
  }

  // `chosen`: { row, near: rows of its drawn neighbours } or null.
  paint(view, ratio, chosen, only) {
    const { context } = this;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, view.width, view.height);
    context.textBaseline = "middle";
    context.lineJoin = "round";
    this.boxes = [];
    this.written = new Set();
    if (chosen) this.paintChosen(view, chosen);
    this.paintWords(view, only);
  }

  paintChosen(view, { row, near }) {
    const { context } = this;
    const [x, y] = view.place(row);
    context.strokeStyle = this.mark;
    context.lineWidth = 1;
    context.globalAlpha = 0.45;
    context.beginPath();
    for (const other of near) {
      context.moveTo(x, y);
      context.lineTo(...view.place(other));
    }
    context.stroke();
    context.globalAlpha = 1;
    context.lineWidth = 2;
    for (const other of [row, ...near]) {
      context.beginPath();
      context.arc(...view.place(other), view.radius + (other === row ? 5 : 2.5), 0, 2 * Math.PI);
      context.stroke();
    }
    context.font = STRONG;
    this.write(view, row, context.measureText(brief(this.data.words[row])).width, true);
    context.font = FONT;
    for (const other of near) this.write(view, other, this.width(other), true);
  }

  paintWords(view, only) {
    const { x, y, group, n } = this.data;
    this.context.font = FONT;
    let tried = 0;
    for (let row = 0; row < n && this.boxes.length < MOST_LABELS && tried < MOST_TRIED; row++) {
      const px = x[row] * view.scale + view.left, py = y[row] * view.scale + view.top;
      // Includes words just outside the map, so that labels do not come and go as it moves.
      if (px < -80 || py < -20 || px > view.width + 20 || py > view.height + 20) continue;
      if ((only >= 0 && group[row] !== only) || this.written.has(row)) continue;
      tried++;
      this.write(view, row, this.width(row), false);
    }
  }

  width(row) {
    if (!this.widths[row]) this.widths[row] = this.context.measureText(brief(this.data.words[row])).width;
    return this.widths[row];
  }

  // Writes a word to the right of its point, or else to the left, if there is room.
  write(view, row, width, outlined) {
    const [x, y] = view.place(row);
    const away = view.radius + 4;
    for (const left of [x + away, x - away - width]) {
      const box = [left - 2, y - LINE / 2, left + width + 2, y + LINE / 2];
      if (this.boxes.some((other) => box[0] < other[2] && other[0] < box[2] && box[1] < other[3] && other[1] < box[3])) {
        continue;
      }
      this.boxes.push(box);
      this.written.add(row);
      this.context.strokeStyle = this.paper;
      this.context.lineWidth = outlined ? 5 : 3;
      const text = brief(this.data.words[row]);
      this.context.strokeText(text, left, y);
      this.context.fillStyle = outlined ? this.mark : this.ink;
      this.context.fillText(text, left, y);
      return;
    }
  }
}
