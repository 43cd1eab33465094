"""Completion: what a shell is told about a half-typed command line, and how fast."""

import os
import shutil
import subprocess
import sys

import click
import pytest

from embtrain.cli.main import COMMANDS, cli
from embtrain.cli.shell import table
from embtrain.cli.shell.completed import Completed
from embtrain.cli.shell.completion import SHELLS, completing
from tests.cli.shell.commands import parameters
from tests.conftest import command, environment

# Arguments and options that take words and numbers instead of names of files.
WORDS = {"words", "sentences", "shell", "steps"}


@pytest.fixture
def complete(call, monkeypatch):
    """What bash is told for the words of a command line, the last of which is being typed."""

    def complete(*typed):
        words = ["embtrain", *typed]
        monkeypatch.setenv("_EMBTRAIN_COMPLETE", "bash_complete")
        monkeypatch.setenv("COMP_WORDS", "\n".join(words))
        monkeypatch.setenv("COMP_CWORD", str(len(words) - 1))
        result = call()
        assert (result.code, result.err) == (0, "")
        return [tuple(line.split(",", 1)) for line in result.out.decode().splitlines() if line]

    return complete


def names(found):
    return [value for kind, value in found if kind == "plain"]


def test_commands(complete):
    assert names(complete("ne")) == ["neighbors"]
    assert names(complete("")) == list(COMMANDS)
    assert names(complete("vocab", "")) == ["build", "merge", "show"]
    assert names(complete("--v")) == ["--version"]


def test_options_and_their_values(complete):
    assert names(complete("train", "--dim")) == ["--dim"]
    assert names(complete("train", "corpus.txt", "--dim", "5", "--sub")) == [
        *("--subwords", "--subword-mode", "--subword-hashes"),
    ]
    assert "--no-symmetric" in names(complete("train", "--no-"))
    assert names(complete("train", "--model", "")) == ["skipgram", "cbow", "glove"]
    # bash makes three words of --model=s.
    assert names(complete("train", "--model", "=", "s")) == ["skipgram"]
    assert names(complete("train", "--model", "=")) == ["skipgram", "cbow", "glove"]
    assert complete("train", "--dim", "") == []
    assert names(complete("vocab", "build", "a.txt", "--tokenizer", "c")) == ["chars"]
    assert names(complete("convert", "a", "b", "--to", "word2vec-t")) == ["word2vec-text"]
    assert names(complete("evaluate", "v", "--similarity", "")) == ["wordsim353", "simlex999"]
    assert names(complete("train", "--eval", "wo")) == ["wordsim353"]


def test_files_and_folders(complete):
    assert complete("neighbors", "vec") == [("file", "vec")]
    assert complete("train", "a.txt", "b") == [("file", "b")]
    assert complete("train", "a.txt", "-o", "v") == [("file", "v")]
    assert complete("train", "a.txt", "--tmp-dir", "t") == [("dir", "t")]
    assert complete("train", "--tokenizer", "w") == [
        ("file", "w"),
        ("plain", "whitespace"),
        ("plain", "words"),
    ]
    assert complete("neighbors", "vectors.safetensors", "ki") == []


@pytest.mark.parametrize(
    "typed",
    [
        ("train", "-sg", "1", "--mod"),
        ("train", "--dim", "none", "--mod"),
        ("train", "--debug", "--size", "5", "--mod"),
        ("train", "--config", "no-such-recipe.toml", "--mod"),
    ],
)
def test_what_is_wrong_before_the_cursor_is_no_concern(complete, typed):
    assert "--model" in names(complete(*typed))


@pytest.mark.parametrize(
    "typed",
    [("trian", ""), ("train", "--no-such", "x", "--mod"), ("train", "'half a name"), ("vocab", "bild", "")],
)
def test_nothing_is_printed_but_proposals(complete, typed):
    complete(*typed)


def proposed(found):
    return [(item.type, item.value, item.help) for item in found]


def test_the_table_of_options_says_what_the_commands_say():
    asked = 0
    paths: dict[str, list[click.Option]] = {}
    for path, one in parameters():
        paths.setdefault(path.removeprefix("embtrain "), [])
        if isinstance(one, click.Option) and not one.hidden:
            paths[path.removeprefix("embtrain ")].append(one)
    completer = completing("bash", cli)
    for path, options in paths.items():
        takes_value = [one for one in options if not one.is_flag and not one.count]
        lines = [([], "-"), ([], "--"), ([], "--no-"), *(([one.opts[0]], "--") for one in options[-1:])]
        lines += [([one.opts[-1]], typed) for one in takes_value for typed in ("", "w")]
        lines += [([one.opts[-1], "3"], "--") for one in takes_value]
        for words, incomplete in lines:
            found = table.complete([*path.split(), *words], incomplete)
            if found is None:
                asked += 1
            else:
                whole = completer.get_completions([*path.split(), *words], incomplete)
                assert proposed(found) == proposed(whole), (path, words, incomplete)
    assert asked < 50


@pytest.mark.parametrize(
    ("typed", "incomplete"),
    [
        (["train", "--", "a"], "--"),
        (["train", "--no-such"], "--"),
        (["train", "--dim=5"], "--"),
        (["trian"], "--"),
        (["vocab"], "--"),
        ([], "--"),
        (["train", "corpus.txt"], ""),
    ],
)
def test_what_the_table_does_not_know_is_left_to_the_commands(typed, incomplete):
    assert table.complete(typed, incomplete) is None


def test_every_name_of_a_file_is_completed():
    for path, one in parameters():
        is_file = isinstance(one.type, Completed) and one.type.paths is not None
        if isinstance(one, click.Argument):
            assert is_file != (one.name in WORDS), (path, one.name)
        elif one.metavar in {"FILE", "OUT", "DIR", "SET", "LOG"}:
            assert is_file or one.name == "eval_sets", (path, one.name)


@pytest.mark.parametrize("shell", SHELLS)
def test_the_script_of_a_shell(call, monkeypatch, shell):
    printed = call("completion", shell)
    assert printed.code == 0
    assert f"_EMBTRAIN_COMPLETE={shell}_complete" in printed.out.decode()
    monkeypatch.setenv("_EMBTRAIN_COMPLETE", f"{shell}_source")
    assert call().out == printed.out


@pytest.mark.parametrize("asked", ["tcsh_source", "bash_nonsense", "bash_complete", ""])
def test_a_variable_that_asks_for_nothing_known(call, monkeypatch, asked):
    monkeypatch.setenv("_EMBTRAIN_COMPLETE", asked)
    result = call("info")
    assert result.code == 2
    assert "_EMBTRAIN_COMPLETE" in result.error_line


ASK = {
    "bash": 'eval "$(embtrain completion bash)"; COMP_WORDS=(embtrain neig); COMP_CWORD=1; '
    '_embtrain_completion embtrain neig embtrain; echo "${COMPREPLY[@]}"',
    # compadd is for the line editor; a function in its place prints what it would propose.
    "zsh": "compdef() { :; }; compadd() { shift $#; }; _describe() { print -l ${(P)3}; }; "
    'eval "$(embtrain completion zsh)"; words=(embtrain neig); CURRENT=2; _embtrain_completion',
    "fish": "embtrain completion fish | source; complete --do-complete 'embtrain neig'",
}


@pytest.mark.parametrize("shell", SHELLS)
def test_the_shells_themselves(tmp_path, shell):
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} here")
    program = tmp_path / "embtrain"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m embtrain "$@"\n')
    program.chmod(0o755)
    # The folder of the tests must not come in front of the packages.
    found = {**environment(), "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}", "HOME": str(tmp_path)}
    done = subprocess.run([shell, "-c", ASK[shell]], env=found, capture_output=True, timeout=60, cwd=tmp_path)
    assert "neighbors" in done.stdout.decode(), done.stderr


@pytest.mark.parametrize("typed", [["train", "--mo"], ["ne"], ["train", "--tokenizer", "wo"]])
def test_completing_a_word_loads_little(typed):
    """Modules are what a start takes its time for: 300 of them took 0.1 s on a slow machine."""
    script = (
        "import sys; from embtrain.cli.main import run; run([]);"
        "print(len(sys.modules), *{'numpy', 'torch', 'gensim', 'scipy', 'asyncio'} & set(sys.modules))"
    )
    words = ["embtrain", *typed]
    asked = {
        "_EMBTRAIN_COMPLETE": "bash_complete",
        "COMP_WORDS": " ".join(words),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [command()[0], "-c", script], env={**environment(), **asked}, capture_output=True, timeout=60
    )
    n_modules, *heavy = done.stdout.decode().splitlines()[-1].split()
    assert not heavy
    assert int(n_modules) < 320
