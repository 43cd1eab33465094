"""The draws of `embtrain.ops.draws` in plain torch on any device, bit for bit.

torch has little unsigned 64-bit arithmetic; multiplication and addition of int64 wrap to the same bits, and a
logical shift is a shift and a mask.
"""

from typing import Final

import torch

from embtrain.ops import draws

_LOW: Final = 0xFFFFFFFF


def _signed(value: int) -> int:
    """The int64 with the same bits as an unsigned 64-bit number."""
    value &= 2**64 - 1
    return value - 2**64 if value >= 2**63 else value


def shift_right(x: torch.Tensor, bits: int) -> torch.Tensor:
    """Logical shift of int64 by 1 to 63 bits."""
    return (x >> bits) & ((1 << (64 - bits)) - 1)


def finalise(x: torch.Tensor) -> torch.Tensor:
    """`draws.finalise` on the bits of int64."""
    x = (x ^ shift_right(x, 30)) * _signed(0xBF58476D1CE4E5B9)
    x = (x ^ shift_right(x, 27)) * _signed(0x94D049BB133111EB)
    return x ^ shift_right(x, 31)


def draw(stream_key: int, counters: torch.Tensor) -> torch.Tensor:
    """`draws.draw`: one 64-bit draw for each counter, bits in int64 of the counters' shape."""
    return finalise((counters + 1) * _signed(draws.GOLDEN) + _signed(stream_key))


def unit(bits: torch.Tensor) -> torch.Tensor:
    """`draws.unit`: uniform in [0, 1), float32."""
    return shift_right(bits, 40).to(torch.float32) * 2.0**-24


def scaled(bits: torch.Tensor, n: int) -> tuple[torch.Tensor, torch.Tensor]:
    """`draws.scaled`: a uniform index in [0, n) and an independent 32-bit coin, both int64; n < 2^32."""
    product = shift_right(bits, 32) * n + shift_right((bits & _LOW) * n, 32)
    return shift_right(product, 32), product & _LOW


def draw_negatives(
    alias: torch.Tensor, seed: int, epoch: int, positions: torch.Tensor, negatives: int
) -> torch.Tensor:
    """`noise.draw_negatives`: negatives drawn at corpus positions, int64 [positions, negatives]."""
    keys = [_signed(draws.key(seed, epoch, draws.NEGATIVE + k)) for k in range(negatives)]
    counters = (positions + 1) * _signed(draws.GOLDEN)
    bits = finalise(counters[:, None] + torch.tensor(keys, dtype=torch.int64, device=positions.device))
    index, coin = scaled(bits, len(alias))
    cell = alias[index]
    return torch.where(coin < shift_right(cell, 32), index, cell & _LOW)
