"""``embtrain::sgns`` on the processor: csrc/kernels/windows/sgns.isa.cpp."""

from embtrain.ops.native_step import native_kernel
from embtrain.ops.sgns.schema import OPERATOR

OPERATOR.register("CPU", native_kernel("sgns"))
