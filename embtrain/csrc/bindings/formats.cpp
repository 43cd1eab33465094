// Bindings of the formats room.
#include <nanobind/ndarray.h>
#include <nanobind/stl/pair.h>

#include <vector>

#include "bindings/rooms.h"
#include "formats/word2vec.h"

namespace nb = nanobind;
using namespace nb::literals;

namespace {

using Arena = nb::ndarray<const uint8_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Offsets = nb::ndarray<const int64_t, nb::ndim<1>, nb::c_contig, nb::device::cpu>;
using Rows = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

embtrain::Words words_of(const Arena &arena, const Offsets &offsets) {
  if (offsets.shape(0) == 0) throw nb::value_error("offsets must hold one entry more than there are words");
  return {arena.data(), arena.shape(0), offsets.data(), offsets.shape(0) - 1};
}

// Formats blocks of rows into one buffer that it keeps between calls.
class RowFormatter {
 public:
  RowFormatter(Arena arena, Offsets offsets, bool text)
      : arena_(std::move(arena)),
        offsets_(std::move(offsets)),
        words_(words_of(arena_, offsets_)),
        text_(text) {}

  // The rows that follow those of the call before, as bytes that are valid until the next call.
  nb::object format(const Rows &rows) {
    const float *values = rows.data();
    const size_t n_rows = rows.shape(0), dim = rows.shape(1);
    size_t n_bytes;
    {
      nb::gil_scoped_release release;
      const size_t capacity = embtrain::row_capacity(words_, next_, n_rows, dim);
      if (buffer_.size() < capacity) buffer_.resize(capacity);
      const auto write = text_ ? embtrain::text_rows : embtrain::binary_rows;
      n_bytes = write(words_, next_, n_rows, values, dim, buffer_.data());
      next_ += n_rows;
    }
    return nb::steal(PyMemoryView_FromMemory(buffer_.data(), static_cast<Py_ssize_t>(n_bytes), PyBUF_READ));
  }

 private:
  Arena arena_;
  Offsets offsets_;
  embtrain::Words words_;
  bool text_;
  size_t next_ = 0;
  std::vector<char> buffer_;
};

std::pair<int64_t, int64_t> find_unwritable(const Arena &arena, const Offsets &offsets) {
  const embtrain::Words words = words_of(arena, offsets);
  nb::gil_scoped_release release;
  const embtrain::Unwritable found = embtrain::find_unwritable(words);
  return {found.count, found.first};
}

}  // namespace

void bind_formats(nb::module_ &m) {
  m.def("find_unwritable", &find_unwritable, "arena"_a.noconvert(), "offsets"_a.noconvert(),
        "Count of words that are empty or hold a space or newline, and the row of the first (-1: none).");
  nb::class_<RowFormatter>(m, "RowFormatter", "Formats blocks of rows as word2vec's binary or text format.")
      .def(nb::init<Arena, Offsets, bool>(), "arena"_a.noconvert(), "offsets"_a.noconvert(), nb::kw_only(),
           "text"_a)
      .def("format", &RowFormatter::format, "rows"_a.noconvert(),
           "Bytes of the rows (float32 [n, dim]) after those of the call before, valid until the next.");
}
