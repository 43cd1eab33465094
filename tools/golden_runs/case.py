"""Cases: named groups of shell commands to run."""

import shlex
from dataclasses import dataclass

#: Prints the command before its output, on stdout and on stderr.
_STEP = """\
printf '$ %s\\n' {quoted}
printf '$ %s\\n' {quoted} >&2
{command}
printf -- '-> %s\\n' $?
"""


@dataclass(frozen=True)
class Case:
    """Commands that run one after another in a folder of their own.

    The folder holds two links: ``in`` leads to the generated inputs, ``made`` to what the case `prepare`
    wrote. `embtrain` and `python` are the ones under test.

    Attributes:
        name: unique, and the name of the folder.
        commands: lines of bash; the exit code of each is recorded.
        timed: outputs that hold times and speeds, which are masked before they are hashed.
        wording: whether stdout is text for people, which may be reworded.
    """

    name: str
    commands: tuple[str, ...]
    timed: tuple[str, ...] = ()
    wording: bool = False

    def script(self) -> str:
        """The bash script; its stdout is a transcript with the exit codes."""
        return "".join(
            _STEP.format(quoted=shlex.quote(command), command=command) for command in self.commands
        )
