"""The page in a real browser: it searches, clicks, reads what appears, and moves smoothly."""

import os
import shutil
from pathlib import Path

import numpy as np
import pytest

from embtrain import Embeddings, Vocabulary
from embtrain.analysis.plot.groups import Groups
from embtrain.analysis.plot.html.page import Neighbors, find_neighbors, write_page
from embtrain.analysis.plot.layout import Layout
from embtrain.analysis.plot.scene import Scene

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MANY = 50_000
# A frame of a smooth movement is 16 ms on a machine with nothing else to do; tests run beside other work.
SLOWEST_FRAME_MS = 150
# A word written from right to left.
PEACE = "\u05e9\u05dc\u05d5\u05dd"
WORDS = ["king", "kingdom", "Kings", "taking", "queen", "中国", "北京", "</script>", "a b"]

WATCH = """
window.frames = [];
window.faults = [];
window.addEventListener("error", (event) => window.faults.push(event.message));
window.addEventListener("securitypolicyviolation", (event) => window.faults.push(event.violatedDirective));
const ask = window.requestAnimationFrame.bind(window);
window.requestAnimationFrame = (draw) => ask((now) => {
  const started = performance.now();
  draw(now);
  window.frames.push(performance.now() - started);
});
"""


@pytest.fixture(scope="module")
def browser():
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        pytest.skip(f"no browser: install one of {', '.join(BROWSERS)}")
    # The sandbox needs rights that containers do not give; the page is our own.
    options = {"executable_path": path, "args": ["--no-sandbox"]}
    with playwright.sync_playwright() as driver, driver.chromium.launch(**options) as browser:
        yield browser


def write(path: Path, words, groups, neighbors=None):
    draws = np.random.default_rng(0)
    vectors = draws.normal(size=(len(words) + 2, 8)).astype(np.float32)
    everything = Vocabulary.from_words([*words, "hidden1", "hidden2"], range(len(words) + 2, 0, -1))
    embeddings = Embeddings(everything, vectors)
    rows = np.arange(len(words))
    layout = Layout(draws.normal(size=(len(words), 2)), "pca", (0.5, 0.4))
    scene = Scene(list(words), rows, layout, groups, title="Some words")
    with open(path, "wb") as file:
        write_page(scene, embeddings, neighbors or find_neighbors(embeddings, rows, 5), "v.safetensors", file)
    return embeddings


@pytest.fixture(scope="module")
def small(tmp_path_factory):
    """A page of a few words: its path and the vectors it shows."""
    path = tmp_path_factory.mktemp("page") / "small.html"
    groups = Groups(np.arange(len(WORDS)) % 2, ["even", "odd"])
    return path, write(path, WORDS, groups)


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """A page of as many words as the documentation promises to move smoothly."""
    path = tmp_path_factory.mktemp("page") / "large.html"
    draws = np.random.default_rng(0)
    neighbors = Neighbors(draws.integers(0, MANY, (MANY, 10)), np.full((MANY, 10), 0.5), "all")
    write(path, [f"word{row}" for row in range(MANY)], Groups(np.arange(MANY) % 6, list("abcdef")), neighbors)
    return path


@pytest.fixture
def visit(browser):
    """Opens a page without network; checks at the end that nothing in it failed."""
    contexts = []

    def visit(path, address=""):
        context = browser.new_context(
            viewport={"width": 1280, "height": 800}, offline=True, reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.add_init_script(WATCH)
        page.goto(path.as_uri() + address)
        page.wait_for_selector("html[data-ready]")
        return page

    yield visit
    for context in contexts:
        for page in context.pages:
            assert page.evaluate("window.faults") == []
        context.close()


def shown_neighbors(page):
    """Words and scores of the list beside the map."""
    items = page.locator("#neighbors li").all()
    return [
        (item.locator("> :not(.score)").inner_text(), item.locator(".score").inner_text()) for item in items
    ]


def expected_neighbors(embeddings, word, k=5):
    return [(found, f"{score:.3f}") for found, score in embeddings.neighbors(word, k)]


def position(page, word):
    """Where a word's point is on the screen, from the page's own data and its view."""
    return page.evaluate(
        """(word) => {
          const packed = JSON.parse(document.getElementById("data").textContent);
          const places = unpack(packed.places, Uint16Array);
          const row = packed.words.indexOf(word);
          const box = document.getElementById("map").getBoundingClientRect();
          const data = { extent: packed.extent, n: packed.n };
          const view = new View(data);
          view.resize(box.width, box.height);
          return [box.left + places[2 * row] / 65535 * view.scale + view.left,
                  box.top + (1 - places[2 * row + 1] / 65535) * view.scale + view.top];
        }""",
        word,
    )


def drawn(page):
    """Pixels of the map that are not paper, and a sum that changes when they move."""
    return page.evaluate(
        """() => {
          const canvas = document.getElementById("points");
          const image = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
          const pixels = new Uint32Array(image.data.buffer);
          const paper = pixels[0];
          let count = 0, sum = 0;
          for (let i = 0; i < pixels.length; i++) if (pixels[i] !== paper) { count++; sum = (sum + i) % 1e9; }
          return [count, sum];
        }"""
    )


def test_searching_shows_the_neighbours_of_all_dimensions(visit, small):
    path, embeddings = small
    page = visit(path)
    page.fill("#search", "KIN")
    assert page.locator("#matches li").all_inner_texts() == ["king", "kingdom", "Kings", "taking"]
    page.press("#search", "Enter")
    assert page.inner_text("#word") == "king"
    assert shown_neighbors(page) == expected_neighbors(embeddings, "king")
    assert "seen 11 times; even" in page.inner_text("#facts")
    assert page.inner_text("#status").startswith("nearest to king: ")


def test_the_list_of_matches_is_walked_by_keys(visit, small):
    page = visit(small[0])
    page.keyboard.press("/")
    page.keyboard.type("king")
    assert page.get_attribute("#search", "aria-expanded") == "true"
    for expected in ("king", "kingdom"):
        page.keyboard.press("ArrowDown")
        active = page.get_attribute("#search", "aria-activedescendant")
        assert page.inner_text(f"#{active}") == expected
    page.keyboard.press("Enter")
    assert page.inner_text("#word") == "kingdom"
    assert page.get_attribute("#search", "aria-expanded") == "false"
    page.fill("#search", "zzz")
    assert "no word here holds “zzz”" in page.inner_text("#status")


def test_clicking_a_point_and_then_a_neighbour(visit, small):
    path, embeddings = small
    page = visit(path)
    page.mouse.click(*position(page, "queen"))
    assert page.inner_text("#word") == "queen"
    assert shown_neighbors(page) == expected_neighbors(embeddings, "queen")
    shown = [word for word, _ in embeddings.neighbors("queen", 5) if not word.startswith("hidden")]
    page.get_by_role("button", name=shown[0], exact=True).click()
    assert page.inner_text("#word") == shown[0]
    assert shown_neighbors(page) == expected_neighbors(embeddings, shown[0])


def test_neighbours_that_are_not_on_the_map_are_no_buttons(visit, small):
    path, embeddings = small
    for word in WORDS:
        found = [other for other, _ in embeddings.neighbors(word, 5)]
        if any(other.startswith("hidden") for other in found):
            break
    page = visit(path)
    page.fill("#search", word)
    page.press("#search", "Enter")
    assert page.locator("#neighbors .absent").all_inner_texts() == [
        o for o in found if o.startswith("hidden")
    ]


def test_odd_and_chinese_words_are_shown_as_they_are(visit, small):
    path, embeddings = small
    page = visit(path)
    for word in ("中国", "</script>", "a b"):
        page.fill("#search", word)
        page.press("#search", "Enter")
        assert page.inner_text("#word") == word
        assert shown_neighbors(page) == expected_neighbors(embeddings, word)


def test_words_of_any_direction_and_length_leave_the_others_where_they_are(visit, tmp_path):
    words = ["x" * 300, PEACE, "(عالم)", "king", "queen"]
    write(tmp_path / "p.html", words, Groups(np.arange(5), ["x" * 300, f"{PEACE} (2)", "a", "b", "c"]))
    page = visit(tmp_path / "p.html")
    buttons = page.locator("#groups button").all()
    assert [button.locator("bdi").inner_text() for button in buttons[1:3]] == [f"{PEACE} (2)", "a"]
    assert [button.locator("span").inner_text() for button in buttons] == ["(1)"] * 5
    heights = [button.bounding_box()["height"] for button in buttons]
    assert max(heights) < 60
    side = page.locator("aside").bounding_box()
    for button in buttons:
        number = button.locator("span").bounding_box()
        assert number["height"] < 30
        assert number["x"] + number["width"] <= side["x"] + side["width"]
    page.fill("#search", "ש")
    assert page.locator("#matches li bdi").inner_text() == PEACE
    page.keyboard.press("Enter")
    assert page.locator("#word bdi").inner_text() == PEACE
    assert page.locator("#facts").inner_text() == f"seen 6 times; \u2068{PEACE} (2)\u2069"
    assert page.locator("#status").inner_text().startswith(f"nearest to \u2068{PEACE}\u2069: ")
    assert page.locator("#neighbors bdi").count() == 5
    page.fill("#search", "xx")
    assert page.locator("#matches li").bounding_box()["height"] < 60
    assert page.locator("#matches bdi").get_attribute("title") == "x" * 300
    page.keyboard.press("Enter")
    assert page.locator("#word").bounding_box()["height"] < 160
    page.mouse.move(*position_on_screen(page))
    hover = page.locator("#hover").bounding_box()
    assert hover["x"] >= 0
    assert hover["width"] <= 0.61 * page.locator("#map").bounding_box()["width"]


def position_on_screen(page):
    """The middle of the map, where the chosen word is."""
    box = page.locator("#map").bounding_box()
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_the_only_word_is_in_the_middle(visit, tmp_path):
    embeddings = Embeddings(Vocabulary.from_words(["only"], [1]), np.ones((1, 4), np.float32))
    layout = Layout(np.zeros((1, 2)), "pca")
    scene = Scene(["only"], np.arange(1), layout, Groups(np.zeros(1, np.int64), ["only"]))
    with open(tmp_path / "p.html", "wb") as file:
        write_page(scene, embeddings, find_neighbors(embeddings, scene.rows, 5), "v", file)
    page = visit(tmp_path / "p.html")
    page.mouse.click(*position_on_screen(page))
    assert page.locator("#word").inner_text() == "only"
    assert page.locator("#facts").inner_text() == "seen once; only"
    assert "has no neighbours" in page.locator("#status").inner_text()


def test_an_address_leads_to_a_word(visit, small):
    page = visit(small[0], "#%E5%8C%97%E4%BA%AC")
    assert page.inner_text("#word") == "北京"
    page.fill("#search", "queen")
    page.press("#search", "Enter")
    assert page.evaluate("location.hash") == "#queen"


def test_the_map_is_moved_by_keys(visit, small):
    page = visit(small[0])
    page.focus("#map")
    whole = drawn(page)
    for key in ("ArrowLeft", "+", "-"):
        before = drawn(page)
        page.keyboard.press(key)
        page.evaluate("new Promise(requestAnimationFrame)")
        assert drawn(page) != before, key
    page.keyboard.press("0")
    page.evaluate("new Promise(requestAnimationFrame)")
    assert drawn(page) == whole
    page.keyboard.press("Enter")
    assert page.is_visible("#chosen")
    page.keyboard.press("Escape")
    assert page.is_hidden("#chosen")


def test_a_group_can_be_looked_at_alone(visit, small):
    page = visit(small[0])
    before = drawn(page)
    button = page.get_by_role("button", name="odd (4)")
    assert button.get_attribute("aria-pressed") == "false"
    button.click()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert button.get_attribute("aria-pressed") == "true"
    faint = drawn(page)
    button.click()
    page.evaluate("new Promise(requestAnimationFrame)")
    assert drawn(page) == before
    assert faint[0] > 0


def test_fifty_thousand_words_move_smoothly(visit, large, record_property):
    page = visit(large)
    assert drawn(page)[0] > MANY
    page.evaluate("window.frames.splice(0)")
    page.mouse.move(400, 400)
    page.mouse.down()
    for step in range(30):
        page.mouse.move(400 + 5 * step, 400 + 2 * step)
    page.mouse.up()
    for _ in range(20):
        page.mouse.wheel(0, -120)
    page.evaluate("new Promise(requestAnimationFrame)")
    frames = sorted(page.evaluate("window.frames"))
    middle = frames[len(frames) // 2]
    record_property("frame_ms", middle)
    assert len(frames) >= 10
    assert middle < SLOWEST_FRAME_MS, f"frames took {middle:.0f} ms, the slowest {frames[-1]:.0f}"


def test_a_word_among_fifty_thousand_is_found(visit, large):
    page = visit(large)
    page.fill("#search", "word49999")
    page.press("#search", "Enter")
    assert page.inner_text("#word") == "word49999"
    assert page.locator("#neighbors button").count() == 10
    assert os.path.getsize(large) < 8e6
