"""What the documents say is what happens: commands parse, printed output comes out, links lead somewhere."""

import importlib.util
import re
import shlex

import pytest

from embtrain.cli.main import EPILOG, cli
from tests.conftest import ROOT

PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/cli.md",
    "docs/embeddings.md",
    "docs/format.md",
    "docs/performance.md",
    "benchmarks/README.md",
]


def load_script(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def readme():
    return (ROOT / "README.md").read_text(encoding="utf-8")


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
    blocks = re.findall(r"```(?:sh|console)\n(.*?)```", readme(), re.DOTALL)
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


def test_the_readme_shows_what_the_demo_prints(call, tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    block = re.search(r"```console\n\$ make demo\nembtrain (neighbors .*?)\n(.*?)```", readme(), re.DOTALL)
    manifest = load_script(ROOT / "data/where.py")
    text = manifest.shipped_path(manifest.read_manifest()["head500"])
    assert call("train", text, "--config", "configs/demo.toml", "-o", tmp_path / "v").code == 0
    arguments = shlex.split(block[1].replace("demo/vectors.safetensors", str(tmp_path / "v")))
    expected = [line.split("\t") for line in block[2].splitlines()]
    printed = [line.split("\t") for line in call(*arguments).out.decode().splitlines()]
    assert [row[:3] for row in printed] == [row[:3] for row in expected]
    # Another processor adds up in another order.
    for row, other in zip(printed, expected, strict=True):
        assert float(row[3]) == pytest.approx(float(other[3]), abs=0.001)


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
