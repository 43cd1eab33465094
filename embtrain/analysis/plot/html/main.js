// Connects the parts of the page: keeps the chosen word, describes it, and redraws the map.

(function main() {
  const data = readData();
  const get = (id) => document.getElementById(id);
  const map = get("map"), hover = get("hover");
  const view = new View(data);
  const points = new PointPainter(get("points"), data);
  const labels = new LabelPainter(get("labels"), data);
  let chosen = null, only = -1, pending = false, flight = 0;

  const ratio = () => Math.min(2, window.devicePixelRatio || 1);
  const count = new Intl.NumberFormat("en");
  const say = (text) => { get("status").textContent = text; };

  function draw() {
    pending = false;
    points.paint(view, ratio(), only);
    labels.paint(view, ratio(), chosen, only);
  }

  function changed() {
    hover.hidden = true;
    if (!pending) {
      pending = true;
      requestAnimationFrame(draw);
    }
  }

  function resize() {
    const { width, height } = map.getBoundingClientRect();
    if (!width || !height) return;
    view.resize(width, height);
    for (const painter of [points, labels]) painter.resize(Math.round(width * ratio()), Math.round(height * ratio()));
    draw();
  }

  // Moves to a word smoothly, or at once if the reader prefers reduced motion.
  function flyTo(row) {
    const to = [data.x[row], data.y[row], Math.max(view.scale, view.fit * Math.min(12, Math.sqrt(data.n) / 12))];
    const from = [view.middle(0), view.middle(1), view.scale];
    const ticket = ++flight;
    if (matchMedia("(prefers-reduced-motion: reduce)").matches) { view.center(...to); changed(); return; }
    const started = performance.now();
    const step = () => {
      if (ticket !== flight) return;
      const share = Math.min(1, (performance.now() - started) / 300);
      const eased = 1 - (1 - share) ** 3;
      view.center(...from.map((value, i) => value + (to[i] - value) * eased));
      draw();
      if (share < 1) requestAnimationFrame(step);
    };
    requestAnimationFrame(step);
  }

  function neighborItem({ row, score }) {
    const item = document.createElement("li");
    const word = document.createElement(row < data.n ? "button" : "span");
    word.append(newText(data.words[row]));
    if (row < data.n) {
      word.type = "button";
      word.addEventListener("click", () => choose(row));
    } else word.className = "absent";
    const value = document.createElement("span");
    value.className = "score";
    value.textContent = score.toFixed(3);
    item.append(value, word);
    return item;
  }

  function describe(row, near) {
    get("word").replaceChildren(Object.assign(document.createElement("bdi"), { textContent: data.words[row] }));
    const group = data.styles.length > 1 ? data.names[data.group[row]] : "";
    const times = data.counts && (data.counts[row] === 1 ? "once" : `${count.format(data.counts[row])} times`);
    const seen = times ? `seen ${times}` : "";
    get("facts").textContent = [seen, group && isolated(brief(group))].filter(Boolean).join("; ");
    get("neighbors").replaceChildren(...near.map(neighborItem));
    get("chosen").hidden = false;
    const name = (other) => isolated(brief(data.words[other]));
    say(near.length ? `nearest to ${name(row)}: ${near.slice(0, 3).map((n) => name(n.row)).join(", ")}`
      : `${name(row)} has no neighbours`);
  }

  function choose(row, fly = true, remember = true) {
    const near = neighborsOf(data, row);
    chosen = { row, near: near.map((n) => n.row).filter((other) => other < data.n) };
    describe(row, near);
    if (remember) history.replaceState(null, "", `#${encodeURIComponent(data.words[row])}`);
    if (fly) flyTo(row);
    else changed();
  }

  function letGo() {
    chosen = null;
    get("chosen").hidden = true;
    say("");
    history.replaceState(null, "", location.pathname + location.search);
    changed();
  }

  function chooseFromAddress() {
    let word = "";
    try { word = decodeURIComponent(location.hash.slice(1)); } catch { return; }
    const row = word ? data.words.indexOf(word) : -1;
    if (row >= 0 && row < data.n) choose(row, true, false);
  }

  function zoom(factor) {
    flight++;
    view.zoomAt(factor, view.width / 2, view.height / 2);
    changed();
  }

  function showAll() {
    flight++;
    view.showAll();
    changed();
  }

  function showGroups() {
    const used = data.names.map((name, style) => ({ name, style })).filter(({ name }) => name);
    get("legend").hidden = used.length === 0;
    const sizes = new Array(data.styles.length).fill(0);
    for (const style of data.group) sizes[style]++;
    get("groups").replaceChildren(...used.map(({ name, style }) => {
      const item = document.createElement("li");
      const button = document.createElement("button");
      const sign = document.createElement("canvas");
      sign.width = sign.height = 32;
      const painter = new PointPainter(sign, data);
      painter.resize(32, 32);
      painter.pixels.fill(painter.paper);
      putWhole(painter.pixels, painter.paper, painter.stamps(12, false)[style], 16 * 32 + 16);
      painter.context.putImageData(painter.image, 0, 0);
      button.type = "button";
      const number = document.createElement("span");
      number.textContent = `(${count.format(sizes[style])})`;
      button.append(sign, newText(name), number);
      button.setAttribute("aria-pressed", String(style === only));
      button.addEventListener("click", () => {
        only = only === style ? -1 : style;
        for (const [i, other] of [...get("groups").querySelectorAll("button")].entries()) {
          other.setAttribute("aria-pressed", String(used[i].style === only));
        }
        changed();
      });
      item.append(button);
      return item;
    }));
  }

  followPointers(map, view, {
    changed: () => { flight++; changed(); },
    clicked: (x, y) => {
      map.focus({ preventScroll: true });
      const row = view.wordAt(x, y, 14);
      if (row >= 0) choose(row, false);
      else if (chosen) letGo();
    },
    hovered: (x, y) => {
      const row = view.wordAt(x, y, 10);
      hover.hidden = row < 0;
      map.style.cursor = row < 0 ? "" : "pointer";
      if (row < 0) return;
      hover.replaceChildren(Object.assign(document.createElement("bdi"), { textContent: data.words[row] }));
      hover.style.left = `${Math.max(4, Math.min(x + 12, view.width - hover.offsetWidth - 4))}px`;
      hover.style.top = `${Math.max(4, y - 34)}px`;
    },
    left: () => { hover.hidden = true; },
  });

  map.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const far = 80;
    const moves = { ArrowLeft: [far, 0], ArrowRight: [-far, 0], ArrowUp: [0, far], ArrowDown: [0, -far] };
    if (moves[event.key]) { flight++; view.move(...moves[event.key]); changed(); }
    else if (event.key === "+" || event.key === "=") zoom(1.4);
    else if (event.key === "-") zoom(1 / 1.4);
    else if (event.key === "0" || event.key === "Home") showAll();
    else if (event.key === "Escape") letGo();
    else if (event.key === "Enter") {
      const row = view.wordAt(view.width / 2, view.height / 2, Infinity);
      if (row >= 0) choose(row);
    } else return;
    event.preventDefault();
  });

  const field = setUpSearch(data, choose, say);
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== field) {
      event.preventDefault();
      field.focus();
      field.select();
    }
  });

  get("closer").addEventListener("click", () => zoom(1.6));
  get("farther").addEventListener("click", () => zoom(1 / 1.6));
  get("whole").addEventListener("click", showAll);
  get("about").textContent = data.about;
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    points.readColors();
    labels.readColors();
    showGroups();
    changed();
  });
  window.addEventListener("hashchange", chooseFromAddress);
  new ResizeObserver(resize).observe(map);
  resize();
  showGroups();
  chooseFromAddress();
  document.documentElement.dataset.ready = "true";
})();
