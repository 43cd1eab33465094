"""Writes embtrain/text/tokenizers/breaks_table.py: the properties that UAX #29 needs of every code point.

The properties come from the `regex` package, which follows the newest Unicode. Run this after an upgrade:

    python tools/breaks_table.py > embtrain/text/tokenizers/breaks_table.py
"""

import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from importlib.metadata import version

import regex

from embtrain.plain.segments.break_classes import (
    CLUSTER_CLASSES,
    CLUSTER_SHIFT,
    CONJUNCT_CLASSES,
    CONJUNCT_SHIFT,
    EMOJI_STYLE,
    PICTOGRAPHIC,
    SPACE,
    WORD,
    WORD_CLASSES,
)

POINTS = 0x110000
SURROGATES = range(0xD800, 0xE000)
#: A code point that each version of Unicode added: the newest one that `regex` knows gives its version.
FIRST_SEEN = {"17.0": 0x10940, "16.0": 0x105C0, "15.0": 0x11F00, "14.0": 0x10570}

HEADER = '''"""Properties of code points for UAX #29, Unicode {unicode}, from regex {regex}.

Made by tools/breaks_table.py; do not edit.
Each pair "first:properties" (hexadecimal) applies up to the next one; what the bits mean is in
embtrain/plain/segments/break_classes.py.
"""

MADE_WITH_REGEX = "{regex}"
UNICODE_VERSION = "{unicode}"

# fmt: off
RANGES = """
'''


@cache
def _everything() -> str:
    """Each code point once."""
    return "".join(chr(point) for point in range(POINTS) if point not in SURROGATES)


def _runs(pattern: str) -> Iterator[range]:
    """All code points that a property pattern matches, in runs: few of them, where points are many."""
    for run in regex.finditer(f"{pattern}+", _everything(), flags=regex.V1):
        first, last = ord(run[0][0]), ord(run[0][-1])
        yield from (
            [range(first, last + 1)]
            if last < SURROGATES.start or first >= SURROGATES.stop
            else [range(first, SURROGATES.start), range(SURROGATES.stop, last + 1)]
        )


def properties() -> list[int]:
    """The bits of every code point; surrogates, which UTF-8 cannot hold, have none."""
    table = [0] * POINTS

    def mark(pattern: str, bits: int) -> None:
        for run in _runs(pattern):
            for point in run:
                table[point] |= bits

    for number, name in enumerate(WORD_CLASSES[1:], 1):
        mark(rf"\p{{Word_Break={name}}}", number)
    for number, name in enumerate(CLUSTER_CLASSES[1:], 1):
        mark(rf"\p{{Grapheme_Cluster_Break={name}}}", number << CLUSTER_SHIFT)
    for number, name in enumerate(CONJUNCT_CLASSES[1:], 1):
        mark(rf"\p{{Indic_Conjunct_Break={name}}}", number << CONJUNCT_SHIFT)
    mark(r"\p{Extended_Pictographic}", PICTOGRAPHIC)
    mark(r"[\p{L}\p{N}\p{Emoji_Presentation}]", WORD)
    mark(r"\p{White_Space}", SPACE)
    mark(r"\uFE0F", EMOJI_STYLE)
    return table


def unicode_version() -> str:
    """The newest Unicode whose code points `regex` knows."""
    for name, point in FIRST_SEEN.items():
        if regex.match(r"\P{Cn}", chr(point)):
            return name
    return unicodedata.unidata_version


def module() -> str:
    """The text of the generated module."""
    table = properties()
    starts = [point for point in range(POINTS) if point == 0 or table[point] != table[point - 1]]
    lines, line = [], ""
    for start in starts:
        pair = f"{start:x}:{table[start]:x}"
        if len(line) + 1 + len(pair) > 110:
            lines.append(line)
            line = ""
        line += f" {pair}" if line else pair
    lines.append(line)
    header = HEADER.format(unicode=unicode_version(), regex=version("regex"))
    return header + "\n".join(lines) + '\n"""\n'


if __name__ == "__main__":
    sys.stdout.write(module())
