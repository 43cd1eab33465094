// Bindings of the training kernels.
#include "bindings/rooms.h"

void bind_kernels(nanobind::module_ &) {}
