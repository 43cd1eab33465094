"""Writes vectors as text, a NumPy file, raw values or JSON lines."""

import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO

from embtrain.cli.query.kinds import Phrases, QueryKind
from embtrain.cli.query.output_lines import LineForm, Table, json_text, one_field, text_of
from embtrain.cli.query.queries import Query
from embtrain.errors import UsageError

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from embtrain.analysis.queries import FoundWords

_NOT_FINITE = re.compile(rb"-?(nan|inf)")


@dataclass(frozen=True)
class VectorOutput:
    """Where vectors are written, and in which form.

    Attributes:
        form: "text", "npy" or "raw".
        lines: the form of text. JSON has an object for each query in both of its forms.
        output: the file, "-" for stdout.
        force: whether an existing file is replaced.
    """

    form: str
    lines: LineForm
    output: str
    force: bool

    def check(self, inputs: Sequence[str | None]) -> None:
        """Checks before any work that the output can be written.

        Raises UsageError if a form of lines is combined with a binary one, the output exists or is one of the
        inputs, or binary data would go to a terminal.
        """
        from embtrain.io.outputs.atomic import check_output
        from embtrain.io.outputs.distinct import check_apart

        if self.lines != "rows" and self.form != "text":
            raise UsageError(f"--{self.lines} is text and cannot be --to {self.form} as well: choose one")
        check_output(self.output, self.force, self._is_lines())
        check_apart([self.output], inputs)

    def _is_lines(self) -> bool:
        from embtrain.io.outputs.compress import compression_of

        return self.form == "text" and compression_of(self.output) is None

    @contextmanager
    def open(self, dim: int) -> Iterator[BinaryIO]:
        """Opens the output for rows as `VectorKind.show` formats them.

        Raises ResourceError if binary output or a file cannot be written in full.
        """
        from embtrain.io.outputs.atomic import open_output

        if self.output == "-" and self.form == "text":
            yield sys.stdout.buffer
            return
        with open_output(self.output, self.force, self._is_lines()) as file:
            if self.form != "npy":
                yield file
                return
            import tempfile

            # The header of a NumPy file holds the number of rows, known only at the end of the input.
            with tempfile.TemporaryFile() as rows:
                yield rows
                _write_npy(file, rows, dim)


def _write_npy(file: BinaryIO, rows: Any, dim: int) -> None:
    import shutil

    import numpy as np

    shape = (rows.tell() // (4 * dim), dim)
    header = {"descr": "<f4", "fortran_order": False, "shape": shape}
    np.lib.format.write_array_header_1_0(file, header)
    rows.seek(0)
    shutil.copyfileobj(rows, file, 1 << 20)


class VectorKind(QueryKind):
    """A kind of query whose answers are vectors; without an answer, NaN in rows and null in JSON."""

    #: Separates a query from its first value, in text.
    separator = b" "

    def __init__(self, output: VectorOutput) -> None:
        self._output = output

    def check_output(self, inputs: Sequence[str | None]) -> None:
        """See `VectorOutput.check`."""
        self._output.check(inputs)

    def open_output(self) -> AbstractContextManager[BinaryIO]:
        """See `VectorOutput.open`."""
        return self._output.open(self.embeddings.dim)

    def head(self) -> bytes:
        """The header of a table: query, and d0 to the last value."""
        columns = (f"d{column}" for column in range(self.embeddings.dim))
        return Table(self._output.lines, ["query", *columns]).head

    def shown_vectors(self, vectors: "NDArray[np.float32]") -> Iterable[bytes]:
        """Each row of float32 [n, D] in the requested form, without its query."""
        if self._output.form == "text":
            return values_text(vectors)
        return (row.astype("<f4").tobytes() for row in vectors)

    def show(self, query: Query, answer: Any) -> bytes:
        """One line, or the raw values."""
        if self._output.lines in ("csv", "tsv"):
            return self._table_row(query, answer)
        if self._output.lines != "rows":
            name = json_text(text_of(query.text))
            # JSON cannot express values that are not finite.
            values = b"null" if answer is None else b"[" + _NOT_FINITE.sub(b"null", answer) + b"]"
            values = values.replace(b" ", b", ")
            return b'{"query": ' + name + b', "vector": ' + values + b"}\n"
        if answer is None:
            (answer,) = self.shown_vectors(self._no_vector())
        if self._output.form != "text":
            return bytes(answer)
        return one_field(query.text) + self.separator + bytes(answer) + b"\n"

    def _table_row(self, query: Query, answer: Any) -> bytes:
        separator = b"," if self._output.lines == "csv" else b"\t"
        values = separator * (self.embeddings.dim - 1) if answer is None else answer.replace(b" ", separator)
        return Table(self._output.lines, ()).field(query.text) + separator + bytes(values) + b"\n"

    def _no_vector(self) -> "NDArray[np.float32]":
        import numpy as np

        return np.full((1, self.embeddings.dim), np.nan, np.float32)


def not_finite(query: Query, found: "FoundWords", one: str, many: str) -> list[tuple[Phrases, bytes]]:
    """Remarks on the words of a query whose vectors are not finite."""
    import numpy as np

    phrases = (f"{one} a vector that is not finite", f"{many} vectors that are not finite")
    usable = np.isfinite(found.vectors).all(axis=1) | ~found.known
    return [(phrases, word) for word, fine in zip(query.words, usable.tolist(), strict=True) if not fine]


def values_text(vectors: "NDArray[np.float32]") -> list[bytes]:
    """Formats rows of float32 [n, D], values separated by spaces, in the fewest digits that read the same."""
    import numpy as np

    from embtrain.native import require

    require("printing vectors")
    from embtrain._native import format_text

    if not len(vectors):
        return []
    nameless, ends = np.zeros(0, np.uint8), np.zeros(len(vectors) + 1, np.int64)
    lines = bytes(format_text(nameless, ends, np.ascontiguousarray(vectors), " ", 0)).split(b"\n")
    return [line[1:] for line in lines[:-1]]
