"""Extracts texts from lists of records, data frames, Arrow tables and data sets.

Tables are recognised by their methods, so that embtrain need not import their libraries.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, Final

from embtrain.errors import UsageError
from embtrain.io.documents.json_lines import BadRecords
from embtrain.wording import joined

#: Values of an Arrow array to convert to Python objects at a time.
_AT_A_TIME: Final = 1024
_SKIP: Final = "on_error='skip'"
#: Methods of data frames that a user's own iterable hardly has, even if it has `columns`.
_FRAME: Final = ("__arrow_c_stream__", "__dataframe__", "iloc", "toPandas")
#: Names of the libraries' types for a missing value: comparing names avoids importing the libraries.
_MISSING_TYPES: Final = frozenset({"NAType", "NaTType", "MaskedConstant"})
_GIVE: Final = "give texts (str), lists of words, pathlib.Path objects, or records whose text field= names"


class Items(Iterator[Any]):
    """Iterates over the items of a corpus; of records and table rows, takes the field `field`.

    Missing values and records without the field are bad records.

    Args:
        corpus: an iterable of anything, or a table.
        field: the key of records, or column of tables, that holds the text.
        bad: collects bad records.

    Raises:
        TypeError: the corpus is not iterable, or holds a missing value.
        UsageError: a table has no such column.
        DataError: a bad record that is not to be skipped.
    """

    def __init__(self, corpus: Any, field: str, bad: BadRecords) -> None:
        self._field = field
        self._bad = bad
        self._number = 0
        self._in_table = False
        self._values = self._open(corpus)

    def __next__(self) -> Any:
        return next(self._values)

    def place(self, noun: str = "item") -> str:
        """The place of the last item: "row 3" in a table, else `noun` and its number."""
        return f"{'row' if self._in_table else noun} {self._number:,}"

    def _open(self, corpus: Any) -> Iterator[Any]:
        names = column_names(corpus)
        if names is not None:
            return self._rows(self._column(corpus, names))
        if isinstance(corpus, Mapping):
            raise TypeError(
                f"the corpus is {kind(corpus)} with {_listed('key', list(corpus))}; give one of its "
                "values, or list(corpus.values()) if each is a text"
            )
        if hasattr(type(corpus), "to_batches"):
            corpus = corpus.to_batches()
        elif hasattr(type(corpus), "to_pylist"):
            corpus = _arrow_values(corpus)
        if isinstance(corpus, bytes | bytearray | memoryview):
            raise TypeError(f"{_EXPECTED}; found {type(corpus).__name__}")
        try:
            items = iter(corpus)
        except TypeError as error:
            raise TypeError(f"{_EXPECTED}; found {type(corpus).__name__}") from error
        return self._items(items)

    def _items(self, items: Iterator[Any]) -> Iterator[Any]:
        for item in items:
            if type(item) in (str, list, tuple):
                self._number += 1
                yield item
            elif (names := column_names(item)) is not None:
                yield from self._rows(self._column(item, names))
            else:
                self._number += 1
                yield from self._item(item)

    def _item(self, item: Any) -> Iterator[Any]:
        """Yields an item of an unusual type; nothing if it is bad and skipped."""
        value = item.as_py() if hasattr(type(item), "as_py") else item
        if (record := _record(value)) is not None:
            yield from self._of_record(record)
        elif not is_missing(value):
            yield value
        elif self._bad.skips:
            self._bad.add(f"{self.place()} of the corpus is {kind(value)}")
        else:
            raise TypeError(
                f"{self.place()} of the corpus is {kind(value)}; leave it out yourself or with {_SKIP}, "
                f"or {_GIVE}"
            )

    def _of_record(self, record: Mapping[Any, Any]) -> Iterator[Any]:
        if self._field not in record:
            found = _listed("field", list(record))
            self._bad.add(f"{self.place()}: no field {self._field!r} (field=), but {found}")
        else:
            yield from self._value(record[self._field])

    def _rows(self, column: Iterable[Any]) -> Iterator[Any]:
        self._in_table = True
        for value in column:
            self._number += 1
            yield from self._value(value)

    def _value(self, value: Any) -> Iterator[Any]:
        """Yields the value of a field, a text or a list of words; nothing if it is bad and skipped."""
        if isinstance(value, str) or is_list(value):
            yield value
            return
        found = "is missing" if is_missing(value) else f"must be text or a list of words, found {kind(value)}"
        self._bad.add(f"{self.place()}: field {self._field!r} {found}")

    def _column(self, table: Any, names: list[Any]) -> Iterable[Any]:
        """The values of the column. Memory: one batch, where a table can be read in batches."""
        field = self._field
        _check_column(table, names, field)
        kind_of = type(table)
        if hasattr(kind_of, "select_columns"):
            return (row[field] for row in _plain(table.select_columns([field])))
        if hasattr(kind_of, "scanner"):  # a data set of files
            return chain.from_iterable(
                _arrow_values(batch.column(0)) for batch in table.to_batches(columns=[field])
            )
        if hasattr(kind_of, "read_next_batch") or hasattr(kind_of, "to_batches"):
            batches = table if hasattr(kind_of, "read_next_batch") else table.to_batches()
            index = names.index(field)
            return chain.from_iterable(_arrow_values(batch.column(index)) for batch in batches)
        if hasattr(kind_of, "to_pylist"):  # a record batch
            return _arrow_values(table.column(names.index(field)))
        if hasattr(kind_of, "collect"):
            table = table.select(field).collect()
        column = table[field]
        if hasattr(column, "__iter__") and column_names(column) is None:
            values: Iterable[Any] = column
            return values
        if hasattr(kind_of, "__arrow_c_stream__") and (batches := _arrow_batches(table)) is not None:
            return chain.from_iterable(_arrow_values(batch.column(names.index(field))) for batch in batches)
        raise TypeError(
            f"the corpus is {kind(table)}, and its columns cannot be iterated; give an Arrow table, or an "
            "iterable of texts"
        )


_EXPECTED: Final = (
    "the corpus must be a path, or an iterable of paths, texts, token lists or records, or a table"
)


def column_names(table: Any) -> list[Any] | None:
    """The names of a table's columns; None for anything else, or if the table does not know them.

    Methods are looked up in the type, because data frames have their columns as attributes, too.
    """
    kind_of = type(table)
    if kind_of in (str, list, tuple, dict):
        return None
    names: Any = None
    if hasattr(kind_of, "select_columns") and not isinstance(table, Mapping):
        names = table.column_names
    elif hasattr(kind_of, "schema") and any(
        hasattr(kind_of, method) for method in ("to_batches", "read_next_batch", "to_pylist")
    ):
        names = table.schema.names
    elif hasattr(kind_of, "collect_schema"):
        names = table.collect_schema().names()
    elif hasattr(kind_of, "columns") and any(hasattr(kind_of, method) for method in _FRAME):
        names = table.columns
    elif hasattr(kind_of, "dtype"):
        names = getattr(table.dtype, "names", None)
    return None if names is None else list(names)


def kind(value: Any) -> str:
    """What a value is, for messages: "None", "nan", "bytes", "an int", "a pandas DataFrame"."""
    if value is None:
        return "None"
    if isinstance(value, bytes | bytearray):
        return type(value).__name__
    if isinstance(value, float) and value != value:
        return "nan"
    cls = type(value)
    module = cls.__module__.partition(".")[0]
    name = cls.__name__ if module in ("builtins", "__main__") else f"{module} {cls.__name__}"
    return f"{'an' if name[0] in 'aeiouAEIOU' else 'a'} {name}"


def wrong_item(place: str, value: Any) -> TypeError:
    """The error for an item that is neither a text nor a list of words."""
    if isinstance(value, bytes | bytearray):
        return TypeError(
            f"{place} of the corpus is {type(value).__name__}; give str: decode it, .decode('utf-8')"
        )
    return TypeError(f"{place} of the corpus is {kind(value)}; {_GIVE}")


def is_missing(value: Any) -> bool:
    """Whether a value means "missing", as None and nan do."""
    return (
        value is None
        or type(value).__name__ in _MISSING_TYPES
        or bool(isinstance(value, float) and value != value)
    )


def is_list(value: Any) -> bool:
    """Whether a value can be a list of words (or is a str, which holds str too)."""
    if isinstance(value, bytes | bytearray | memoryview | Mapping):
        return False
    return isinstance(value, Iterable) and getattr(value, "ndim", 1) > 0


def _check_column(table: Any, names: list[Any], field: str) -> None:
    has = f"the corpus is {kind(table)} with {_listed('column', names)}"
    if field not in names:
        example = f"field={names[0]!r}" if len(names) == 1 else "field=..."
        raise UsageError(f"train: {has}, but no {field!r}; name the column of texts with {example}")
    if names.count(field) > 1:
        raise UsageError(f"train: {has}: {names.count(field)} are called {field!r}; rename the others")


def _listed(noun: str, names: list[Any]) -> str:
    """Names as "the column 'a'", "the columns 'a' and 'b'"; the first eight of many."""
    shown = [repr(name) for name in names[:8]]
    more = [f"{len(names) - 8:,} more"] if len(names) > 8 else []
    return f"the {noun}{'s' * (len(names) > 1)} {joined(shown + more)}" if names else f"no {noun}s at all"


def _plain(dataset: Any) -> Any:
    """The data set with plain Python values, unless its owner has set a custom transform."""
    made = getattr(dataset, "format", None)
    return (
        dataset if isinstance(made, Mapping) and made.get("type") == "custom" else dataset.with_format(None)
    )


def _arrow_batches(table: Any) -> Any:
    """Any library's table as Arrow's record batches; None if Arrow is not installed."""
    try:
        import pyarrow as pa
    except ImportError:
        return None
    return pa.RecordBatchReader.from_stream(table)


def _arrow_values(array: Any) -> Iterator[Any]:
    for start in range(0, len(array), _AT_A_TIME):
        yield from array.slice(start, _AT_A_TIME).to_pylist()


def _record(item: Any) -> Mapping[Any, Any] | None:
    """An item as a mapping, if its fields have names: a dict, a named tuple, a database row."""
    if isinstance(item, str):
        return None
    if isinstance(item, Mapping):
        return item
    for method in ("_asdict", "asDict"):
        if hasattr(type(item), method):
            record: Mapping[Any, Any] = getattr(item, method)()
            return record
    if hasattr(type(item), "keys") and not hasattr(type(item), "dtype"):
        return {key: item[key] for key in item.keys()}  # noqa: SIM118 - a database row iterates its values
    return None
