// The search field with its list of matches: a combobox as described in the WAI-ARIA practices.

const MOST_MATCHES = 12;

function setUpSearch(data, choose, say) {
  const field = document.getElementById("search");
  const list = document.getElementById("matches");
  let matches = [];
  let active = -1;

  function close() {
    list.hidden = true;
    active = -1;
    field.setAttribute("aria-expanded", "false");
    field.removeAttribute("aria-activedescendant");
  }

  function activate(index) {
    active = index;
    for (const [i, item] of [...list.children].entries()) item.setAttribute("aria-selected", String(i === index));
    if (index >= 0) {
      field.setAttribute("aria-activedescendant", `match-${index}`);
      list.children[index].scrollIntoView({ block: "nearest" });
    }
  }

  function take(index) {
    const row = matches[index];
    close();
    field.value = data.words[row];
    choose(row);
  }

  function open() {
    matches = findWords(data, field.value.trim(), MOST_MATCHES);
    list.replaceChildren(...matches.map((row, index) => {
      const item = document.createElement("li");
      item.id = `match-${index}`;
      item.setAttribute("role", "option");
      item.append(newText(data.words[row]));
      item.addEventListener("pointerdown", (event) => { event.preventDefault(); take(index); });
      return item;
    }));
    if (!matches.length) {
      close();
      say(field.value.trim() ? `no word here holds “${isolated(brief(field.value.trim()))}”` : "");
      return;
    }
    list.hidden = false;
    field.setAttribute("aria-expanded", "true");
    activate(-1);
    say(matches.length === MOST_MATCHES ? `${MOST_MATCHES} matches or more` : `${matches.length} ${matches.length === 1 ? "match" : "matches"}`);
  }

  field.addEventListener("input", open);
  field.addEventListener("blur", close);
  field.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      if (list.hidden) open();
      if (matches.length) {
        activate(active < 0 ? (step > 0 ? 0 : matches.length - 1) : (active + step + matches.length) % matches.length);
      }
    } else if (event.key === "Enter") {
      if (list.hidden) open();
      if (matches.length) take(Math.max(0, active));
    } else if (event.key === "Escape") {
      if (list.hidden) field.value = "";
      close();
    }
  });
  return field;
}
