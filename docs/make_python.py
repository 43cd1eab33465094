"""Writes docs/reference/python.md from the signatures and docstrings of what `embtrain` offers."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any, get_args

import embtrain
from embtrain import api, errors
from embtrain.sklearn import EmbeddingVectorizer
from embtrain.training.objectives.options import all_options
from embtrain.training.objectives.registry import OBJECTIVES
from embtrain.wording import joined

PAGE = Path(__file__).with_name("reference") / "python.md"
INTRODUCTION = """# Python

Written by `make docs` from signatures and docstrings; do not edit. [Train in Python](../guides/python.md) and
[Vectors in Python](../guides/vectors-in-python.md) show how it is used.

V is the number of words, D the dimension of the vectors. Importing `embtrain` is cheap: each name is loaded
when it is first used.
"""
OPTIONS = """### Options of training

`embtrain.train` takes these as keyword arguments. They are the options of the
[command line](cli.md#embtrain-train), spelled with underscores.

| option | default | |
| :-- | :-- | :-- |
"""
EVENTS = """## Events

`on_event` is called with objects of these classes. They are in `{}`.
"""
ERRORS = """## Errors

All errors that embtrain raises on purpose are classes of `embtrain.errors`. The command line ends with
their exit code.
"""
# What most readers look for comes first.
FIRST = ("train", "load", "Embeddings", "Vocabulary")
# Special methods that are shown if they have a docstring.
SPECIAL = ("__getitem__", "__contains__", "__iter__", "__len__")
TITLES = {"Args": "Arguments"}
WIDTH = 100


def page() -> str:
    """The whole page."""
    others = [name for name in embtrain.__all__ if name not in (*FIRST, "__version__")]
    parts = [INTRODUCTION]
    for thing in (getattr(embtrain, name) for name in (*FIRST, *others)):
        parts += _class(thing, "embtrain.") if inspect.isclass(thing) else [_function(thing, "embtrain.", 2)]
        if thing is embtrain.train:
            parts.append(OPTIONS + "\n".join(_options()) + "\n")
    parts += _class(EmbeddingVectorizer, "embtrain.sklearn.")
    parts.append(EVENTS.format(api.__name__))
    for event in get_args(api.Event):
        parts += _class(event, "", fields=True)
    parts.append(ERRORS)
    for kind in vars(errors).values():
        if inspect.isclass(kind) and issubclass(kind, errors.EmbtrainError):
            parts.append(f"### `{kind.__name__}`\n\n{_prose(kind)}\n\nExit code {kind.exit_code}.\n")
    return "\n".join(parts)


def _options() -> Iterator[str]:
    """A row for each option of training."""
    for name, option in all_options().items():
        default = option.default_in_words or ("none" if option.default is None else str(option.default))
        few = 0 < len(option.models) < len(OBJECTIVES)
        only = f" Only for {joined(option.models)}." if few else ""
        yield f"| `{name.replace('-', '_')}` | {default} | {option.description}{only} |"


def _class(kind: type, prefix: str, fields: bool = False) -> Iterator[str]:
    """A class: what it is, then its methods."""
    level = 3 if fields else 2
    shown = _fields(kind) if fields else _signature(_node(kind.__init__), kind.__name__)
    yield f"{'#' * level} `{prefix}{kind.__name__}`\n\n{shown}\n{_prose(kind)}\n"
    for name, member in _members(kind):
        function = member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        public = not name.startswith("_") or (name in SPECIAL and function.__doc__)
        if public and inspect.isfunction(function) and not fields:
            yield _function(function, f"{kind.__name__}.", level + 1, isinstance(member, property))


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    """What a class has, with what its own bases define before it."""
    bases = [base for base in kind.__mro__ if base.__module__.startswith("embtrain.")]
    members: dict[str, Any] = {}
    for base in reversed(bases):
        members |= vars(base)
    yield from members.items()


def _fields(kind: type) -> str:
    """What a data class is made of, written as its constructor."""
    (node,) = ast.parse(dedent(inspect.getsource(kind))).body
    assert isinstance(node, ast.ClassDef)
    fields = [ast.unparse(one) for one in node.body if isinstance(one, ast.AnnAssign)]
    return f"```py\n{kind.__name__}({', '.join(fields)})\n```\n"


def _function(function: Any, prefix: str, level: int, is_property: bool = False) -> str:
    shown = _signature(_node(function), function.__name__)
    if is_property:
        shown = shown.replace("() ->", ":")
    return f"{'#' * level} `{prefix}{function.__name__}`\n\n{shown}\n{_prose(function)}\n"


def _node(function: Any) -> ast.FunctionDef:
    node = ast.parse(dedent(inspect.getsource(function))).body[0]
    assert isinstance(node, ast.FunctionDef)
    return node


def _signature(node: ast.FunctionDef, name: str) -> str:
    """The signature as it is written, on one line if it fits."""
    node.args.args = [one for one in node.args.args if one.arg not in ("self", "cls")]
    node = _Unquoted().visit(node)
    arguments = ast.unparse(node.args).replace("'", '"').replace("=", " = ")
    result = f" -> {ast.unparse(node.returns)}" if node.returns and node.name != "__init__" else ""
    line = f"{name}({arguments}){result}"
    if len(line) > WIDTH:
        pieces = re.split(r", (?=\*|\w+:)", arguments)
        line = "\n".join([f"{name}(", *(f"    {piece}," for piece in pieces), f"){result}"])
    return f"```py\n{line}\n```\n"


class _Unquoted(ast.NodeTransformer):
    """Takes the quotes off annotations that are written as text."""

    def visit_arg(self, node: ast.arg) -> ast.arg:
        node.annotation = self.unquoted(node.annotation)
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = self.unquoted(node.returns)
        return self.generic_visit(node)

    @staticmethod
    def unquoted(annotation: ast.expr | None) -> ast.expr | None:
        if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
            return ast.parse(annotation.value, mode="eval").body
        return annotation


def _prose(thing: Any) -> str:
    """A docstring as Markdown: its sections become lists."""
    text = (inspect.getdoc(thing) or "").replace("``", "`")
    first, *sections = re.split(r"^(Args|Attributes|Returns|Raises|Yields):\n", text, flags=re.MULTILINE)
    parts = [_escaped(first.strip())]
    for title, body in zip(sections[::2], sections[1::2], strict=True):
        entries, _, rest = re.sub(r"\n\n(?=\S)", "\0", body.rstrip(), count=1).partition("\0")
        parts += [f"**{TITLES.get(title, title)}**", _items(dedent(entries), title)]
        parts += [_escaped(rest)] if rest else []
    return "\n\n".join(parts)


def _items(body: str, title: str) -> str:
    """The entries of a section as a list; deeper lines belong to the entry above them."""
    if title in ("Returns", "Yields"):
        return _escaped(body)
    lines = []
    for line in body.splitlines():
        entry = re.match(r"(\*{0,2}\w[\w, ]*): (.*)", line)
        lines.append(f"- `{entry[1]}`: {_escaped(entry[2])}" if entry else f"  {_escaped(line.strip())}")
    return "\n".join(lines)


def _escaped(text: str) -> str:
    """Text whose stars and angles are no Markdown; code stays as it is."""
    pieces = re.split(r"(`[^`]*`)", text)
    return "".join(piece if piece.startswith("`") else re.sub(r"([*<])", r"\\\1", piece) for piece in pieces)


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
