"""The output of a conversion: a file, or a folder if the format is one."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import BinaryIO, NamedTuple

from embtrain.io.outputs.compress import compression_of
from embtrain.io.outputs.distinct import check_apart
from embtrain.vectors.formats.format import Format


class ConversionOutput(NamedTuple):
    """The output of a conversion.

    Attributes:
        target: its format.
        name: its path, "-" for stdout.
        force: whether to replace an existing output.
        tmp_dir: where to write first, if necessary; None is the system's choice.
    """

    target: Format
    name: str
    force: bool = False
    tmp_dir: str | None = None

    def check(self, inputs: Sequence[str | None]) -> None:
        """Checks before any work that the output can be written.

        Raises UsageError if it exists and `force` is false, is one of the inputs, or would write binary data
        to a terminal.
        """
        if self.target.folder:
            from embtrain.io.outputs.folder import check_output_folder

            check_output_folder(self.name, self.force, self.target.files, self._is_own())
        else:
            from embtrain.io.outputs.atomic import check_output

            check_output(self.name, self.force, self._is_lines())
        check_apart([self.name], inputs)

    def open(self) -> AbstractContextManager[BinaryIO] | AbstractContextManager[str]:
        """Opens the file, or makes an empty folder, which gets its name if the context ends without error."""
        if self.target.folder:
            from embtrain.io.outputs.folder import open_output_folder

            return open_output_folder(self.name, self.force, self.target.files, self._is_own())
        from embtrain.io.outputs.atomic import open_output

        return open_output(self.name, self.force, self._is_lines(), self.tmp_dir)

    def _is_own(self) -> Callable[[str], bool] | None:
        """Returns a function that recognises a folder of the format; None if only file names tell."""
        recognise = self.target.recognise
        return None if recognise is None else lambda folder: recognise(b"", folder)

    def _is_lines(self) -> bool:
        """Whether the output is lines of text."""
        return self.target.text and compression_of(self.name) is None
