"""The help page of every command."""

from tools.golden_runs.case import Case

_COMMANDS = (
    *(
        "",
        "train",
        "vocab",
        "vocab build",
        "vocab merge",
        "vocab show",
        "import",
        "export",
        "convert",
        "check",
        "transform",
    ),
    *(
        "neighbors",
        "analogy",
        "similarity",
        "odd-one-out",
        "vectors",
        "sentence",
        "evaluate",
        "compare",
        "plot",
    ),
    "info",
)


def cases() -> list[Case]:
    """One case; its stdout is wording."""
    return [Case("help", tuple(f"embtrain {command} --help" for command in _COMMANDS), wording=True)]
