"""The training operators: one folder per objective."""

from typing import Final

#: Floats that the rows of a table are a multiple of, so that each begins at a cache line.
ROW_MULTIPLE: Final = 16
