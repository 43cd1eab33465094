// Bindings that ask things of the machine: its memory and disks, and its instruction sets.
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <exception>
#include <string>
#include <utility>
#include <vector>

#include "bindings/rooms.h"
#include "isa/isa.h"
#include "system/disk.h"
#include "system/memory.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain;

void bind_system(nb::module_ &m) {
  m.def("keep_freed_memory", &keep_freed_memory,
        "Makes this process keep up to about 32 MiB of freed memory for reuse.");
  m.def("reserve_space", &reserve_space, "descriptor"_a, "start"_a, "n_bytes"_a,
        nb::call_guard<nb::gil_scoped_release>(),
        "Reserves disk space for bytes that will be written to a file; False if that is not possible or "
        "of no use.");
}

void bind_isa(nb::module_ &m) {
  // Any function may be the first to choose a set, so the exception is translated here, once for all of them.
  nb::register_exception_translator([](const std::exception_ptr &thrown, void *) {
    try {
      std::rethrow_exception(thrown);
    } catch (const isa::Unavailable &error) {
      PyErr_SetString(nb::module_::import_("embtrain.errors").attr("InstructionSetError").ptr(),
                      error.what());
    }
  });
  m.def(
      "instruction_set",
      [] { return std::string(isa::instruction_sets()[static_cast<size_t>(isa::in_use())].name); },
      "Name of the instruction set in use.");
  m.def(
      "instruction_sets",
      [] {
        std::vector<std::pair<std::string, bool>> all;
        for (const auto &set : isa::instruction_sets()) all.emplace_back(set.name, set.available);
        return all;
      },
      "Sets compiled in, best first, and whether this processor has them.");
  m.def("use_instruction_set", &isa::use, "name"_a, "Switches to another instruction set.");
}
