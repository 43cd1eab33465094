// Unpacks words, places, groups and neighbours from the JSON in the page.

const NONE = 0xffffffff;
// Most characters shown of a word on the map and in sentences.
const BRIEF = 40;

function unpack(text, Kind) {
  const raw = atob(text);
  const bytes = new Uint8Array(raw.length);
  for (let i = 0; i < raw.length; i++) bytes[i] = raw.charCodeAt(i);
  return new Kind(bytes.buffer);
}

// Places are between 0 and 1; y grows downwards, as on the screen. The first `n` words are drawn, the others occur as
// neighbours only.
function readData() {
  const packed = JSON.parse(document.getElementById("data").textContent);
  const places = unpack(packed.places, Uint16Array);
  const x = new Float32Array(packed.n);
  const y = new Float32Array(packed.n);
  for (let i = 0; i < packed.n; i++) {
    x[i] = places[2 * i] / 65535;
    y[i] = 1 - places[2 * i + 1] / 65535;
  }
  return {
    ...packed, x, y,
    group: unpack(packed.group, Uint8Array),
    neighbors: unpack(packed.neighbors, Uint32Array),
    scores: unpack(packed.scores, Int16Array),
    lower: packed.words.map((word) => word.toLowerCase()),
  };
}

// Isolates a text within another, so that each is read in its own direction.
const TO_THE_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;

function isolated(text) { return TO_THE_LEFT.test(text) ? `\u2068${text}\u2069` : text; }

// An element for a text of any direction. A long text is cut to two lines; hovering shows all of it.
function newText(text) {
  const element = document.createElement("bdi");
  element.textContent = text;
  if (text.length > BRIEF) {
    element.className = "brief";
    element.title = text;
  }
  return element;
}

// The start of a long text; does not split what a reader sees as one character.
function brief(text) {
  if (text.length <= BRIEF) return text;
  const start = text.slice(0, 8 * BRIEF);
  const parts = globalThis.Intl?.Segmenter
    ? Array.from(new Intl.Segmenter().segment(start), ({ segment }) => segment) : Array.from(start);
  if (parts.length <= BRIEF && start === text) return text;
  return parts.slice(0, BRIEF - 1).join("") + "…";
}

// Neighbours of a word, best first: row and cosine.
function neighborsOf(data, row) {
  const found = [];
  for (let i = row * data.k; i < (row + 1) * data.k; i++) {
    if (data.neighbors[i] !== NONE) found.push({ row: data.neighbors[i], score: data.scores[i] / 32767 });
  }
  return found;
}

// Drawn words that match a text, ignoring case: the word itself, then words that begin with it, then words that
// contain it; more frequent words first.
function findWords(data, text, limit) {
  const wanted = text.normalize("NFC").toLowerCase();
  if (!wanted) return [];
  const same = [], begin = [], hold = [];
  for (let row = 0; row < data.n; row++) {
    const at = data.lower[row].indexOf(wanted);
    if (at < 0) continue;
    if (at > 0) { if (hold.length < limit) hold.push(row); continue; }
    if (data.words[row] === text) same.unshift(row);
    else if (data.lower[row].length === wanted.length) same.push(row);
    else if (begin.length < limit) begin.push(row);
  }
  return [...same, ...begin, ...hold].slice(0, limit);
}
