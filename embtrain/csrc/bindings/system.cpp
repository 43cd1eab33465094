// Bindings of requests to the operating system.
#include <nanobind/nanobind.h>

#include "bindings/rooms.h"
#include "system/disk.h"
#include "system/memory.h"

namespace nb = nanobind;
using namespace nb::literals;

void bind_system(nb::module_ &m) {
  m.def("keep_freed_memory", &embtrain::keep_freed_memory,
        "Makes this process keep up to about 32 MiB of freed memory for reuse.");
  m.def("reserve_space", &embtrain::reserve_space, "descriptor"_a, "start"_a, "n_bytes"_a,
        nb::call_guard<nb::gil_scoped_release>(),
        "Reserves disk space for bytes that will be written to a file; False if that is not possible or "
        "of no use.");
}
