"""Errors that embtrain raises on purpose; each knows the exit code the command line gives it.

A message says what was expected, what was found, where (file, line or byte), and what to do, in one line. It
names options by `embtrain.option_names.option`.
"""

from embtrain.option_names import Message, neutral


class EmbtrainError(Exception):
    """Base of all expected errors; as text they name options as Python spells them.

    Attributes:
        kept: where a finished result is that could not get its name, if there is one.
    """

    exit_code = 1
    kept: str | None = None

    def __init__(self, message: str = "") -> None:
        super().__init__(Message(message))

    @property
    def neutral(self) -> str:
        """The message with neutral options: for the command line, and to quote it in another message."""
        return neutral(self.args[0])

    def add(self, more: str) -> None:
        """Puts more after the message, behind a semicolon."""
        self.args = (Message(f"{self.neutral}; {more}"),)


class NotFoundError(EmbtrainError):
    """The command ran but found nothing, or a check failed."""

    exit_code = 1


class UsageError(EmbtrainError):
    """The request itself cannot be carried out: a wrong option, a missing file, an existing output."""

    exit_code = 2


class DataError(EmbtrainError):
    """The input data is not what it should be."""

    exit_code = 3


class ResourceError(EmbtrainError):
    """Memory or disk ran out, or an output could not be written."""

    exit_code = 4


class BackendError(EmbtrainError):
    """A backend that was asked for is not available here; the message says why."""

    exit_code = 2


class InstructionSetError(UsageError, ValueError):
    """EMBTRAIN_ISA, or a caller, asks for an instruction set that is unknown or that this processor lacks.

    Raised by the native module, in whatever is first to need the choice.
    """


class Terminated(BaseException):
    """A signal arrived that ends the process; like KeyboardInterrupt, it is not an Exception so that nothing
    swallows it.

    Attributes:
        number: of the signal, by default SIGTERM.
    """

    def __init__(self, number: int = 15) -> None:
        super().__init__(number)
        self.number = number
