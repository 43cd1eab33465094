"""Sessions on the pages: every command shown there prints what is shown there."""

import os
import re
import shlex
import subprocess
import tomllib

import pytest

from tests.conftest import command, environment
from tests.docs.pages import PAGES, blocks

# The sessions of the README are long trainings; tests/docs/test_commands.py looks at them.
SESSIONS = [(page, block) for page in PAGES if page != "README.md" for block in blocks(page, "console")]
# Decimals differ in the last digits from one processor to another, so does the length of text with them, and
# shares differ by single items.
DECIMAL = re.compile(r"-?\d*\.\d+")
SIZE = re.compile(r"[\d,]+(?= bytes)")
SHARE = re.compile(r"\d+\.\d+(?= %)")


def steps(block):
    """Commands of a block, each with what it prints."""
    parts = re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]
    return [part.split("\n", 1) for part in parts]


def without_numbers(text):
    return DECIMAL.sub("N", SIZE.sub("N", text))


@pytest.fixture
def camel(tmp_path):
    """The package of the page, as an installer leaves it: a module and the entry points of its metadata."""
    (project,) = map(tomllib.loads, blocks("docs/guides/text.md", "toml"))
    (module,) = blocks("docs/guides/text.md", "python")
    (group,) = project["project"]["entry-points"]
    ((name, target),) = project["project"]["entry-points"][group].items()
    folder = tmp_path / "site"
    metadata = folder / f"{project['project']['name'].replace('-', '_')}-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: camel-words\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(f"[{group}]\n{name} = {target}\n")
    (folder / f"{target.partition(':')[0]}.py").write_text(module)
    return folder


def folder_with_command(folder):
    """A folder that holds `embtrain`, for programs that start it as well as for the shell."""
    script = folder / "bin" / "embtrain"
    script.parent.mkdir()
    script.write_text(f'#!/bin/sh\nexec {shlex.join(command())} "$@"\n')
    script.chmod(0o755)
    return script.parent


def test_there_are_sessions():
    assert len(SESSIONS) >= 8
    assert all(steps(block) for _, block in SESSIONS)


@pytest.mark.parametrize(("page", "block"), SESSIONS)
def test_commands_print_what_the_page_shows(page, block, tmp_path, camel, demo, request):
    if any("--tokenizer jieba" in command for command, _ in steps(block)):
        pytest.importorskip("jieba", reason="needs embtrain[zh]")
    if "demo/subwords" in block:
        request.getfixturevalue("subwords_demo")
    (tmp_path / "demo").symlink_to(demo.parent)
    variables = environment()
    variables["PYTHONPATH"] += os.pathsep + str(camel)
    variables["PATH"] = f"{folder_with_command(tmp_path)}{os.pathsep}{variables['PATH']}"
    for line, expected in steps(block):
        done = subprocess.run(
            ["bash", "-c", f"exec 2>&1; {line}"],
            cwd=tmp_path,
            env=variables,
            stdout=subprocess.PIPE,
            timeout=120,
        )
        printed = done.stdout.decode()
        assert without_numbers(printed) == without_numbers(expected), line
        sizes = [[int(size.replace(",", "")) for size in SIZE.findall(text)] for text in (printed, expected)]
        assert sizes[0] == pytest.approx(sizes[1], rel=1e-3), line
        shares = [list(map(float, SHARE.findall(text))) for text in (printed, expected)]
        assert shares[0] == pytest.approx(shares[1], abs=2), line
        numbers = [list(map(float, DECIMAL.findall(SHARE.sub("", text)))) for text in (printed, expected)]
        assert numbers[0] == pytest.approx(numbers[1], abs=0.02), line
