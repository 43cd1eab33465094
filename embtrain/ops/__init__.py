"""The training operators, in one folder per objective."""

from typing import Final

#: The length of a table's rows is a multiple of this number of floats, so that each starts at a cache line.
ROW_MULTIPLE: Final = 16
