"""Strategies for command lines, made from click's own description of every command."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import click
from hypothesis import strategies as st

from embtrain.cli.main import cli
from embtrain.cli.train.options import AliasCommand, aliases
from embtrain.vectors.formats.registry import NAMES
from tests.fuzz.commands.pool import ODD_WORDS, WORDS, Pool

Draw = Callable[[st.SearchStrategy[Any]], Any]

#: Largest values at which a run is still short; beyond a limit, what is refused costs nothing.
_AFFORDABLE = {
    "epochs": 3, "threads": 3, "dpi": 72, "dim": 64, "window": 20, "negative": 20, "top": 60, "clusters": 12,
    "sample": 100, "memory": 64, "num_walks": 20, "walk_length": 100,
}  # fmt: skip
# Boundaries of these are tried all the same: a tiny text makes them cheap.
_ONCE_IN_A_WHILE = {"dim": 16384, "window": 1000, "negative": 1000}
# Umap compiles for many seconds when it is first used.
_SLOW_CHOICES = {"umap"}
_ODD_NUMBERS = (
    "-1", "0", "1.5", "1e3", "nan", "inf", "-0.0", "5e-324", "", "x", "1_0", "\uff19", "0x10", str(2**63),
    "9" * 400,
)  # fmt: skip
_OUTPUTS = ("out", "out.txt", "out.safetensors", "out.bin.gz", "out.png", "out.html", "out.svg", "out.pdf")
_ODD_OUTPUTS = (
    "-", "/dev/null", "/dev/full", "/dev/stdout", "", ".", "..", "old.txt", "old-folder", "missing/out",
    "a/../out", "texts", "link.txt", "text.txt", "v.safetensors", "vocab.txt", "broken-link", "out\n2",
    "o" * 300, "out\udcff", "out\0", "~", "text.txt/out",
)  # fmt: skip

#: What options and arguments want, by the name of their parameter; all others get something of any kind.
_WANTED = {
    "vocabulary": "vocab",
    "corpus": "text", "vectors": "vectors", "vectors_a": "vectors", "vectors_b": "vectors", "file": "vectors",
    "src": "vectors", "source": "list", "sources": "vectors", "files": "vocab", "vocabularies": "vocab",
    "memory": "memory", "field": "field", "size": "size", "sample": "memory", "counts": "vocab",
    "index": "output", "inputs": "vocab", "vocab": "vocab", "stop_words": "list", "words": "list",
    "list_file": "list", "init": "vectors", "freeze": "list", "checkpoint": "output", "resume": "folder",
    "checkpoint_every": "interval",
    "pairs": "list", "classes": "list", "analogies": "set", "similarity": "set", "categories": "set",
    "outliers": "set", "eval_sets": "eval", "training": "log", "tokenizer": "tokenizer", "user_dict": "list",
    "tmp_dir": "folder", "config_file": "recipe", "output": "output", "log": "output", "save_vocab": "output",
    "phrases": "list", "edges": "list", "connector_words": "list", "save": "output",
    "to": "format", "from_": "format", "device": "device", "given": "words", "group": "words",
    "steps": "step",
    "analogy": "words", "texts": "words", "sentences": "words", "positive": "words", "negative": "words",
}  # fmt: skip


_TEXTS = {
    "memory": ("1M", "100k", "64MiB", "2", "0", "-1M", "1.5G", "x", ""),
    "interval": ("1epoch", "2s", "10words", "1m", "0s", "x", ""),
    "field": ("text", "doc.body", "doc", "n", "nope", "", ".", "text,n"),
    "size": ("10x7.5", "3x2", "1x1", "100x1", "0x0", "nanxinf", "x", "3"),
    "format": (*NAMES, "word2vek"),
    "device": ("cpu", "cpu", "cuda", "cuda:99", "mps", "meta", "", "cpu:0", "xyz"),
    "folder": (".", "old-folder", "missing", "text.txt", "", "/dev/null"),
    "step": (
        "center",
        "all-but-the-top",
        "all-but-the-top:1",
        "pca:2",
        "unit-length",
        "add-context",
        "pca:0",
        "x",
    ),
}


@dataclass(frozen=True)
class Case:
    """One run.

    Attributes:
        arguments: the command line.
        recipe: the content of recipe.toml.
        stdin: a file of the pool, "terminal", "pipe:" and a file, or "closed".
    """

    arguments: tuple[str, ...]
    recipe: str
    stdin: str


def leaves(group: click.Group = cli, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """The paths of all commands that are no groups."""
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from leaves(command, (*path, name))
        else:
            yield (*path, name)


def find(path: tuple[str, ...]) -> click.Command:
    """The command of a path."""
    command: click.Command = cli
    for name in path:
        assert isinstance(command, click.Group)
        found = command.get_command(click.Context(command), name)
        assert found is not None
        command = found
    return command


def cases(pool: Pool, slow: bool) -> st.SearchStrategy[Case]:
    """Runs of all commands; `slow` allows what takes seconds."""
    paths = list(leaves())
    # Twice: of all commands it has the most options.
    paths.append(("train",))

    @st.composite
    def case(draw: Draw) -> Case:
        return _Maker(draw, pool, slow).case(draw(st.sampled_from(paths)))

    return case()


class _Maker:
    """Draws one run."""

    def __init__(self, draw: Draw, pool: Pool, slow: bool) -> None:
        self._draw, self._pool, self._slow = draw, pool, slow
        self._content = ""

    def case(self, path: tuple[str, ...]) -> Case:
        command = self._command = find(path)
        options = [one for one in command.params if isinstance(one, click.Option)]
        arguments = [self._argument(one) for one in command.params if isinstance(one, click.Argument)]
        # Only a training that goes on needs no output.
        required = [one for one in options if one.required or (path == ("train",) and one.name == "output")]
        parts = [self._option(one) for one in required if self._mostly()]
        if options:
            chosen = self._draw(st.lists(st.sampled_from(options), max_size=5))
            parts += [self._option(one) for one in chosen if one not in required]
        parts += self._settings(path, options)
        if self._rarely(2):
            parts.append([self._any()])
        if self._rarely(15):
            parts.append(["--"])
        parts = arguments + parts if self._rarely(50) and ["--"] not in parts else parts + arguments
        # No process can be given a NUL, but a recipe may hold one.
        words = (*path, *(word.replace("\0", "") for part in parts for word in part))
        return Case(words, self._content, self._stdin())

    def _settings(self, path: tuple[str, ...], options: list[click.Option]) -> list[list[str]]:
        """What makes a run on a tiny text short, and likely to come to its end."""
        parts = []
        if path == ("train",):
            parts.append(["--epochs", str(self._draw(st.integers(1, 2)))])
            if not self._rarely(15):
                parts.append(["--min-count", "1"])
            if not self._rarely(15):
                parts.append(["--dim", str(self._draw(st.integers(1, 20)))])
        if path == ("plot",):
            parts.append(["--method", "pca"] if not self._rarely(10) else [])
            parts.append(["--dpi", "40"])
        if path in (("convert",), ("export",), ("transform",)) and not self._rarely(10):
            parts.append(["--to", self._text("format")])
        # All built-in sets take a second.
        if path == ("evaluate",) and not self._rarely(10):
            parts.append([f"--{self._pick(['analogies', 'similarity', 'categories'])}", self._text("set")])
        if any("--force" in option.opts for option in options) and self._rarely(30):
            parts.append(["--force"])
        return parts

    def _mostly(self) -> bool:
        return not self._rarely(4)

    def _rarely(self, percent: int) -> bool:
        return bool(self._draw(st.integers(0, 99)) >= 100 - percent)

    def _pick(self, values: Any) -> Any:
        return self._draw(st.sampled_from(list(values)))

    def _argument(self, argument: click.Argument) -> list[str]:
        if argument.nargs == 1:
            n_values = 1 if argument.required else self._draw(st.integers(0, 1))
        else:
            n_values = self._pick([1, 2, 3, 0, 4, 6])
        return [self._value(argument) for _ in range(n_values)]

    def _option(self, option: click.Option) -> list[str]:
        name = self._name(option)
        if option.is_flag or option.count:
            return [name]
        values = [self._value(option) for _ in range(option.nargs)]
        if option.nargs == 1 and name.startswith("--") and self._rarely(20):
            return [f"{name}={values[0]}"]
        return [name, *values]

    def _name(self, option: click.Option) -> str:
        name = self._pick([*option.opts, *option.secondary_opts])
        if self._rarely(15 if isinstance(self._command, AliasCommand) else 1):
            others = [alias for alias, own in aliases().items() if own in option.opts]
            name = self._pick([name.replace("-", "_").replace("__", "--", 1), *others])
        if self._rarely(2):
            name = self._pick([name[:-1], name + "x", name.upper(), "--alpha", "--sg", "--size", "-train"])
        return str(name)

    def _value(self, parameter: click.Parameter) -> str:
        """A value that fits, in most cases."""
        kind = parameter.type
        if self._rarely(2):
            return self._any()
        if isinstance(kind, click.Choice):
            fitting = [str(one) for one in kind.choices if self._slow or one not in _SLOW_CHOICES]
            return str(self._pick(fitting)) if self._mostly() else self._pick(fitting)[:-1].upper()
        if isinstance(kind, click.IntRange | click.FloatRange) or kind in (click.INT, click.FLOAT):
            return self._number(parameter, kind)
        if isinstance(kind, click.types.BoolParamType):
            return str(self._pick(["true", "false"]))
        return self._text(self._wanted(parameter))

    def _wanted(self, parameter: click.Parameter) -> str:
        name = parameter.name or ""
        if isinstance(parameter, click.Argument):
            own = {"source": "vectors", "words": "words", "counts": "cooccurrences"}
            return own.get(name, _WANTED.get(name, "any"))
        return _WANTED.get(name, "any")

    def _number(self, parameter: click.Parameter, kind: Any) -> str:
        name = parameter.name or ""
        if self._rarely(4):
            return str(self._pick(_ODD_NUMBERS))
        low, high = getattr(kind, "min", None), getattr(kind, "max", None)
        least, most = 0 if low is None else low, 50 if high is None else high
        if self._rarely(2):
            return str(least - 1 if self._rarely(50) or high is None else high + 1)
        if self._rarely(5) and name in _ONCE_IN_A_WHILE:
            return str(_ONCE_IN_A_WHILE[name])
        most = max(least, min(most, _AFFORDABLE.get(name, 50)))
        if isinstance(kind, click.types.FloatParamType):
            return str(self._draw(st.floats(least, most)))
        return str(self._draw(st.integers(int(least), int(most))))

    def _text(self, wanted: str) -> str:
        if wanted in _TEXTS:
            return str(self._pick(_TEXTS[wanted]))
        if wanted in ("words", "any", "output", "recipe", "eval"):
            return str(getattr(self, f"_{wanted}")())
        if wanted == "vectors":
            # Queries take embtrain's own format, which comes first.
            own = self._pool["vectors"][:4]
            return str(
                self._pick(own if self._rarely(60) else self._pool[self._pick(["vectors", "damaged"])])
            )
        return "-" if self._rarely(5) else str(self._pick(self._pool[wanted]))

    def _words(self) -> str:
        return str(
            self._pick(WORDS) if not self._rarely(20) else self._pick([*ODD_WORDS, "nope", "king queen"])
        )

    def _output(self) -> str:
        return str(self._pick(_OUTPUTS) if not self._rarely(15) else self._pick(_ODD_OUTPUTS))

    def _eval(self) -> str:
        kind = self._pick(["analogies:", "similarity:", "categories:", "outliers:", "", "nonsense:"])
        return str(kind + self._text("set"))

    def _any(self) -> str:
        kind = self._pick(["words", "output", "format", "folder", *self._pool, "number"])
        return str(self._pick(_ODD_NUMBERS)) if kind == "number" else self._text(kind)

    def _stdin(self) -> str:
        if self._rarely(6):
            return str(self._pick(["terminal", "closed"]))
        content = self._pick([name for names in self._pool.values() for name in names])
        return ("pipe:" if self._rarely(50) else "") + str(content)

    def _recipe(self) -> str:
        """The name of a recipe, whose content is drawn at the same time; seldom a file of another kind."""
        if self._rarely(10):
            others = ["text.txt", "empty.txt", "v.safetensors", "missing.toml", "texts", "-", "bom.txt"]
            return str(self._pick(others))
        options = [option for option in find(("train",)).params if isinstance(option, click.Option)]
        chosen = self._draw(st.lists(st.sampled_from(options), max_size=4))
        lines = [f"{self._key(option)} = {self._toml(option)}" for option in chosen]
        if self._rarely(5):
            lines.append(self._pick(["[train]", "x = = 1", "dim", "\ufeff", "a.b = 1", "dim = 1\ndim = 2"]))
        self._content = "\n".join(lines)
        return "recipe.toml"

    def _key(self, option: click.Option) -> str:
        return self._name(option).removeprefix("--") or "x"

    def _toml(self, option: click.Option) -> str:
        if self._rarely(15):
            odd = [
                "[1, 2]",
                '["a", "b"]',
                "{a = 1}",
                "nan",
                "-inf",
                "1979-05-27",
                "true",
                '""',
                "9" * 5000,
                "1_0",
            ]
            return str(self._pick(odd))
        if option.is_flag:
            return str(self._pick(["true", "false", '"yes"', "1"]))
        value = self._value(option)
        if isinstance(option.type, click.IntRange | click.FloatRange) and self._mostly():
            return value or "0"
        text = value.replace("\\", "\\\\").replace('"', "'").replace("\n", "\\n").replace("\0", "\\u0000")
        return f'["{text}"]' if option.multiple and self._rarely(50) else f'"{text}"'
