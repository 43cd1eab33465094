"""``embtrain::cbow`` on the processor: csrc/kernels/windows/cbow.isa.cpp."""

from embtrain.ops.cbow.schema import OPERATOR
from embtrain.ops.native_step import native_kernel

OPERATOR.register("CPU", native_kernel("cbow"))
