"""Ways to damage a file."""

import bz2
import gzip
import re
from collections.abc import Callable
from random import Random

_NUMBERS = (-1, 0, 1, 2**31 - 1, 2**31, 2**32, 2**63 - 1, 2**63, 2**64, 10**30)
_SIZES = (0, 1, 2**31 - 1, 2**31, 2**32 - 1, 2**40, 2**63 - 1, 2**63, 2**64 - 1)


def truncate(content: bytes, random: Random) -> bytes:
    return content[: random.randrange(len(content) + 1)]


def truncate_at_boundary(content: bytes, random: Random) -> bytes:
    """Cut at, before or after a separator, or at a multiple of 4 or 8."""
    places = [match.start() for match in re.finditer(rb"[\n \t\x00{}]", content)] or [0]
    place = random.choice([random.choice(places), random.randrange(len(content) + 1) & ~3])
    return content[: max(0, place + random.randint(-1, 1))]


def replace_number(content: bytes, random: Random) -> bytes:
    """Another value for a number written in digits, in the header more often than elsewhere."""
    found = list(re.finditer(rb"\d+", content))
    if not found:
        return flip(content, random)
    match = random.choice(found[:4] if random.random() < 0.7 else found)
    return content[: match.start()] + b"%d" % random.choice(_NUMBERS) + content[match.end() :]


def replace_integer(content: bytes, random: Random) -> bytes:
    """Another value for a binary integer, little-endian, near the beginning more often than elsewhere."""
    size = random.choice([1, 2, 4, 8])
    if len(content) < size:
        return content
    last = len(content) - size
    place = random.randint(0, min(last, 64) if random.random() < 0.7 else last)
    value = random.choice(_SIZES) % (1 << (8 * size))
    return content[:place] + value.to_bytes(size, "little") + content[place + size :]


def flip(content: bytes, random: Random) -> bytes:
    damaged = bytearray(content)
    for _ in range(random.choice([1, 1, 2, 8, 64]) if damaged else 0):
        damaged[random.randrange(len(damaged))] = random.choice([random.randrange(256), 0, 10, 32, 255])
    return bytes(damaged)


def insert(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content) + 1)
    more = random.choice([random.randbytes(random.randrange(1, 40)), b"\n", b" ", b"\0" * 8, b"\xff" * 8])
    return content[:place] + more + content[place:]


def remove(content: bytes, random: Random) -> bytes:
    place = random.randrange(len(content) + 1)
    return content[:place] + content[place + random.randrange(1, 40) :]


def repeat(content: bytes, random: Random) -> bytes:
    first, last = sorted(random.randrange(len(content) + 1) for _ in range(2))
    return content[:last] + content[first:last] * random.randrange(1, 5) + content[last:]


def pack_and_damage(content: bytes, random: Random) -> bytes:
    packed = random.choice([gzip.compress, bz2.compress])(content)
    return random.choice([truncate, flip, insert])(packed, random)


def bomb(content: bytes, random: Random) -> bytes:
    """A small file that decompresses to a thousand times as much, as its continuation."""
    filling = random.choice([b"\0", b" ", b"9", content[-64:] or b"x"])
    return gzip.compress(content + filling * ((20 << 20) // len(filling)), 1)


COMMON: tuple[Callable[[bytes, Random], bytes], ...] = (
    truncate, truncate_at_boundary, replace_number, replace_integer, flip, insert, remove, repeat,
    pack_and_damage,
)  # fmt: skip
_BOMBS_PER_MUTANT = 0.002


def mutant(content: bytes, random: Random) -> bytes:
    """The content damaged once, sometimes twice."""
    if random.random() < _BOMBS_PER_MUTANT:
        return bomb(content, random)
    damaged = random.choice(COMMON)(content, random)
    return random.choice(COMMON[:-1])(damaged, random) if random.random() < 0.3 else damaged
