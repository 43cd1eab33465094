"""Errors that embtrain raises on purpose, with the exit code of each on the command line.

A message says what was expected, what was found, where (file, line or byte), and what to do, in one line. It
names options by `embtrain.option_names.option`.
"""

from embtrain.option_names import Message, neutral


class EmbtrainError(Exception):
    """Base of all expected errors; their text spells options as in Python.

    Attributes:
        kept: path of a finished result that could not be written to its output, if any.
    """

    exit_code = 1
    kept: str | None = None

    def __init__(self, message: str = "") -> None:
        super().__init__(Message(message))

    @property
    def neutral(self) -> str:
        """The message with neutral options, for the command line and for quoting in another message."""
        return neutral(self.args[0])

    def add(self, more: str) -> None:
        """Appends more to the message, after a semicolon."""
        self.args = (Message(f"{self.neutral}; {more}"),)

    def put_before(self, where: str) -> None:
        """Begins the message with the place of the error, before a colon."""
        self.args = (Message(f"{where}: {self.neutral}"),)


class NotFoundError(EmbtrainError):
    """The command ran but found nothing, or a check failed."""

    exit_code = 1


class UsageError(EmbtrainError):
    """The request cannot be carried out: a wrong option, a missing file, an existing output."""

    exit_code = 2


class DataError(EmbtrainError):
    """The input data is invalid."""

    exit_code = 3


class ResourceError(EmbtrainError):
    """Memory or disk ran out, or an output could not be written."""

    exit_code = 4


class BackendError(EmbtrainError):
    """The requested backend is not available here; the message says why."""

    exit_code = 2


class InstructionSetError(UsageError, ValueError):
    """EMBTRAIN_ISA or a caller requests an instruction set that is unknown or that this processor lacks.

    Raised by the native module when it first needs an instruction set.
    """


class Terminated(BaseException):
    """A signal ends the process. Like KeyboardInterrupt, it is not an Exception, so no handler swallows it.

    Attributes:
        number: the signal's number, by default SIGTERM.
    """

    def __init__(self, number: int = 15) -> None:
        super().__init__(number)
        self.number = number
