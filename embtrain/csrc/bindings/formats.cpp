// Bindings of the formats room.
#include <nanobind/ndarray.h>
#include <nanobind/stl/optional.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>

#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <utility>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "formats/binary_parser.h"
#include "formats/entries.h"
#include "formats/line_reader.h"
#include "formats/row_writer.h"
#include "formats/text_parser.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;

namespace {

using Bytes = In<const uint8_t>;
using Offsets = In<const int64_t>;
using Table = nb::ndarray<const float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using OwnTable = nb::ndarray<nb::numpy, float, nb::ndim<2>>;

OwnTable to_table(std::unique_ptr<float[]> values, size_t rows, size_t dim) {
  float *data = values.release();
  nb::capsule owner(data, [](void *p) noexcept { delete[] static_cast<float *>(p); });
  return OwnTable(data, {rows, dim}, owner);
}

char single(const std::string &separator) {
  if (separator.size() != 1) throw nb::value_error("the separator must be one byte");
  return separator[0];
}

// Calls write(out) on a new bytearray of `capacity` bytes and truncates it to what was written. The stable
// ABI cannot truncate bytes.
template <typename Write>
nb::object new_bytes(size_t capacity, Write write) {
  nb::object bytes = nb::steal(PyByteArray_FromStringAndSize(nullptr, static_cast<Py_ssize_t>(capacity)));
  if (!bytes.is_valid()) throw nb::python_error();
  char *const data = PyByteArray_AsString(bytes.ptr());
  size_t n_bytes;
  {
    nb::gil_scoped_release release;
    n_bytes = write(data);
  }
  if (PyByteArray_Resize(bytes.ptr(), static_cast<Py_ssize_t>(n_bytes)) != 0) throw nb::python_error();
  return bytes;
}

void check_rows(const embtrain::WordList &words, const Table &rows) {
  if (rows.shape(0) != words.n_words) throw nb::value_error("there must be one row per word");
}

nb::object format_binary(const Bytes &arena, const Offsets &offsets, const Table &rows) {
  const embtrain::WordList words = words_of(arena, offsets);
  check_rows(words, rows);
  return new_bytes(embtrain::binary_capacity(words, rows.shape(1)),
                   [&](char *out) { return embtrain::binary_rows(words, rows.data(), rows.shape(1), out); });
}

nb::object format_text(const Bytes &arena, const Offsets &offsets, const Table &rows,
                       const std::string &separator, int precision) {
  const embtrain::WordList words = words_of(arena, offsets);
  check_rows(words, rows);
  const embtrain::TextStyle style{single(separator), precision};
  return new_bytes(embtrain::text_capacity(words, rows.shape(1), style), [&](char *out) {
    return embtrain::text_rows(words, rows.data(), rows.shape(1), style, out);
  });
}

embtrain::OnFault on_fault_of(const std::string &name) {
  if (name == "fail") return embtrain::OnFault::kStop;
  if (name == "skip") return embtrain::OnFault::kSkip;
  if (name == "replace") return embtrain::OnFault::kReplace;
  throw nb::value_error("on_fault must be fail, skip or replace");
}

using embtrain::TextRows;

embtrain::TextLayout layout_of(size_t dim, const std::string &separator, const std::string &on_fault) {
  return {dim, single(separator), on_fault_of(on_fault)};
}

TextRows parse_text(const Bytes &block, size_t dim, const std::string &separator,
                    const std::string &on_fault) {
  const embtrain::TextLayout layout = layout_of(dim, separator, on_fault);
  nb::gil_scoped_release release;
  return embtrain::parse_text(reinterpret_cast<const char *>(block.data()), block.shape(0), layout);
}

// Returns the rows of a part of a file, whether its last line had no newline, and whether a line is too long
// (then there are no rows).
nb::tuple parse_text_file(int descriptor, uint64_t first, uint64_t start, uint64_t stop, size_t max_line,
                          size_t dim, const std::string &separator, const std::string &on_fault) {
  const embtrain::TextLayout layout = layout_of(dim, separator, on_fault);
  if (start < first || stop <= start)
    throw nb::value_error("a part must not be empty or start before the first line");
  TextRows rows;
  embtrain::Lines lines;
  {
    nb::gil_scoped_release release;
    thread_local embtrain::LineReader reader;
    lines = reader.read({descriptor, first, start, stop}, max_line);
    rows = embtrain::parse_text(lines.data, lines.size, layout);
  }
  return nb::make_tuple(std::move(rows), lines.unterminated, lines.too_long);
}

nb::tuple take_arrays(TextRows &rows) {
  static constexpr const char *kFaults[] = {"width", "number", "empty"};
  nb::list bad;
  for (const embtrain::BadLine &line : rows.bad)
    bad.append(nb::make_tuple(line.line, kFaults[static_cast<size_t>(line.fault)],
                              nb::bytes(line.text.data(), line.text.size()), line.is_last));
  const size_t n_rows = rows.size();
  return nb::make_tuple(to_numpy(std::move(rows.arena)), to_numpy(std::move(rows.offsets)),
                        to_table(std::move(rows.values), n_rows, rows.dim), to_numpy(std::move(rows.lines)),
                        bad, rows.n_lines);
}

size_t count_numbers(nb::bytes line, const std::string &separator) {
  return embtrain::count_numbers(line.c_str(), line.size(), single(separator));
}

nb::tuple parse_binary(const Bytes &block, size_t dim, size_t max_rows, bool values) {
  embtrain::BinaryRows rows;
  {
    nb::gil_scoped_release release;
    rows = embtrain::parse_binary(reinterpret_cast<const char *>(block.data()), block.shape(0), dim, max_rows,
                                  values);
  }
  const size_t n_rows = rows.size();
  return nb::make_tuple(to_numpy(std::move(rows.arena)), to_numpy(std::move(rows.offsets)),
                        to_table(std::move(rows.values), values ? n_rows : 0, dim),
                        to_numpy(std::move(rows.starts)), rows.consumed);
}

embtrain::EntryLayout layout_of(std::string_view name) {
  using embtrain::EntryLayout;
  if (name == "fasttext") return EntryLayout::kFasttext;
  if (name == "prefixed") return EntryLayout::kPrefixed;
  if (name == "indexed") return EntryLayout::kIndexed;
  throw nb::value_error("layout must be fasttext, prefixed or indexed");
}

using ReadEntries = std::tuple<Array<uint8_t>, Array<int64_t>, Array<int64_t>, Array<uint8_t>, size_t>;

ReadEntries read_entries(const In<const uint8_t> &data, size_t n_max, std::string_view layout) {
  const embtrain::EntryLayout kind = layout_of(layout);
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
  const embtrain::EntryLayout kind = layout_of(layout);
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

void bind_formats(nb::module_ &m) {
  m.def("format_binary", &format_binary, "arena"_a.noconvert(), "offsets"_a.noconvert(), "rows"_a.noconvert(),
        "Writes rows (float32 [words, dim]) in word2vec's binary format.");
  m.def("format_text", &format_text, "arena"_a.noconvert(), "offsets"_a.noconvert(), "rows"_a.noconvert(),
        "separator"_a, "precision"_a,
        "Writes rows (float32 [words, dim]) as lines. precision: significant digits, or 0 for the fewest "
        "characters that parse to the same float32.");
  nb::class_<TextRows>(m, "TextRows", "Rows parsed from a text, before they become numpy arrays.")
      .def("take", &take_arrays,
           "Returns (arena, offsets, values [n, dim], line of each row, bad lines, lines seen). Call it "
           "once. A bad line is (line, 'width' or 'number' or 'empty', its bytes, whether it is the last).");
  m.def("parse_text", &parse_text, "block"_a.noconvert(), "dim"_a, "separator"_a, "on_fault"_a,
        "Parses whole lines as rows of dim values; 'fail' stops at the first bad line.");
  m.def("parse_text_file", &parse_text_file, "descriptor"_a, "first"_a, "start"_a, "stop"_a, "max_line"_a,
        "dim"_a, "separator"_a, "on_fault"_a,
        "Parses the lines that start in bytes [start, stop) of a file whose first line starts at `first`. "
        "Returns (rows, whether the last had no newline, whether one has more than max_line bytes beyond "
        "stop).");
  m.def("count_numbers", &count_numbers, "line"_a, "separator"_a,
        "Counts the fields at the end of a line that are numbers, at most all but one.");
  m.def("parse_binary", &parse_binary, "block"_a.noconvert(), "dim"_a, "max_rows"_a, "values"_a,
        "Parses whole rows of word2vec's binary format. Returns (arena, offsets, values [n, dim], start of "
        "each row, bytes consumed). Without values the table is empty.");
  m.def("read_entries", &read_entries, "data"_a.noconvert(), "n_max"_a, "layout"_a,
        "Reads up to n_max complete entries: words (arena, offsets), counts or indices, types, bytes "
        "consumed.");
  m.def("write_entries", &write_entries, "arena"_a.noconvert(), "offsets"_a.noconvert(),
        "values"_a.noconvert().none(), "layout"_a, "Writes words as entries; returns their bytes, uint8.");
}
