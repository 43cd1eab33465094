// Bindings that read and write the word lists of binary formats.
#include "formats/entries.h"

#include <nanobind/stl/optional.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>

#include <optional>

#include "bindings/arrays.h"
#include "bindings/rooms.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using embtrain::EntryLayout;

namespace {

EntryLayout layout_of(std::string_view name) {
  if (name == "fasttext") return EntryLayout::kFasttext;
  if (name == "prefixed") return EntryLayout::kPrefixed;
  if (name == "indexed") return EntryLayout::kIndexed;
  throw nb::value_error("layout must be fasttext, prefixed or indexed");
}

using Read = std::tuple<Array<uint8_t>, Array<int64_t>, Array<int64_t>, Array<uint8_t>, size_t>;

Read read_entries(const In<const uint8_t> &data, size_t n_max, std::string_view layout) {
  const EntryLayout kind = layout_of(layout);
  embtrain::Entries found;
  {
    nb::gil_scoped_release release;
    found = embtrain::read_entries(data.data(), data.shape(0), n_max, kind);
  }
  return {to_numpy(std::move(found.arena)), to_numpy(std::move(found.offsets)),
          to_numpy(std::move(found.values)), to_numpy(std::move(found.types)), found.consumed};
}

Array<uint8_t> write_entries(const In<const uint8_t> &arena, const In<const int64_t> &offsets,
                             std::optional<In<const int64_t>> values, std::string_view layout) {
  const EntryLayout kind = layout_of(layout);
  const size_t n_words = words_of(arena, offsets).n_words;
  if (values && values->shape(0) != n_words) throw nb::value_error("there must be one value per word");
  for (size_t i = 0; i < n_words; ++i) {
    const int64_t size = offsets(i + 1) - offsets(i);
    if (offsets(i) < 0 || size < 0 || size > UINT32_MAX || offsets(i + 1) > int64_t(arena.shape(0)))
      throw nb::value_error("a word does not lie within the words' bytes, or is longer than 4 GiB");
  }
  return to_numpy(embtrain::write_entries(arena.data(), offsets.data(), n_words,
                                          values ? values->data() : nullptr, kind));
}

}  // namespace

void bind_entries(nb::module_ &m) {
  m.def("read_entries", &read_entries, "data"_a.noconvert(), "n_max"_a, "layout"_a,
        "Reads up to n_max complete entries: words (arena, offsets), counts or indices, types, bytes "
        "consumed.");
  m.def("write_entries", &write_entries, "arena"_a.noconvert(), "offsets"_a.noconvert(),
        "values"_a.noconvert().none(), "layout"_a, "Writes words as entries; returns their bytes, uint8.");
}
