"""``embtrain::glove`` on the processor: csrc/kernels/glove/glove.isa.cpp."""

from embtrain.ops.glove.schema import OPERATOR
from embtrain.ops.native_step import native_kernel

OPERATOR.register("CPU", native_kernel("glove"))
