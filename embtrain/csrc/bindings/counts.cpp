// Bindings of the co-occurrence counter and its encoded rows.
#include <nanobind/nanobind.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "counts/counter.h"
#include "counts/sum.h"
#include "counts/tiles.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain::counts;

namespace {

using Bytes = In<const std::uint8_t>;
using Ends = In<const std::int64_t>;
using Columns = In<const std::uint32_t>;

void need_threads(int threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
}

// Checks the ends, so that no row reaches beyond the bytes.
RowsView view(const Bytes &bytes, const Ends &ends) {
  if (ends.size() && ends.data()[ends.size() - 1] != static_cast<std::int64_t>(bytes.size()))
    throw std::invalid_argument("the last row must end with the bytes");
  for (std::size_t k = 0; k < ends.size(); ++k)
    if (ends.data()[k] < (k ? ends.data()[k - 1] : 0))
      throw std::invalid_argument("the ends of rows must not descend");
  return {bytes.data(), ends.data(), ends.size()};
}

nb::tuple to_python(Rows &&rows) {
  return nb::make_tuple(to_numpy(std::move(rows.bytes)), to_numpy(std::move(rows.ends)));
}

void add(Counter &counter, In<const std::uint32_t> ids, Ends sentences) {
  const std::size_t n = sentences.size();
  if (n == 0 || sentences.data()[0] != 0 || sentences.data()[n - 1] != static_cast<std::int64_t>(ids.size()))
    throw std::invalid_argument("sentences must be offsets from 0 to the number of ids");
  for (std::size_t k = 1; k < n; ++k)
    if (sentences.data()[k] < sentences.data()[k - 1])
      throw std::invalid_argument("sentence offsets must not descend");
  unlocked([&] { counter.add(ids.data(), sentences.data(), static_cast<std::int64_t>(n) - 1); });
}

nb::tuple next(Counter &counter, std::size_t most, int threads) {
  need_threads(threads);
  return to_python(unlocked([&] { return counter.next(most, threads); }));
}

nb::tuple sum(const std::vector<std::tuple<Bytes, Ends>> &parts, std::size_t n_rows, std::size_t n_words,
              int threads) {
  need_threads(threads);
  std::vector<RowsView> views;
  for (const auto &[bytes, ends] : parts) {
    if (ends.size() != n_rows)
      throw std::invalid_argument("a part has " + std::to_string(ends.size()) + " rows, expected " +
                                  std::to_string(n_rows));
    views.push_back(view(bytes, ends));
  }
  return to_python(unlocked([&] { return sum_rows(views, n_rows, n_words, threads); }));
}

std::uint64_t entries(const Bytes &bytes, const Ends &ends, std::size_t n_words, int threads) {
  need_threads(threads);
  const RowsView rows = view(bytes, ends);
  return unlocked([&] { return count_entries(rows, n_words, threads); });
}

nb::tuple read_bytes(Bytes bytes, std::uint64_t n_columns) {
  Entries entries = unlocked([&] { return read_rows(bytes.data(), bytes.size(), n_columns); });
  return nb::make_tuple(to_numpy(std::move(entries.row_ends)), to_numpy(std::move(entries.columns)),
                        to_numpy(std::move(entries.counts)));
}

nb::tuple write_bytes(std::size_t n_words, Ends row_ends, Columns columns, In<const std::uint64_t> counts) {
  if (columns.size() != counts.size())
    throw std::invalid_argument("columns and counts must have the same length");
  if (row_ends.size() && row_ends.data()[row_ends.size() - 1] != static_cast<std::int64_t>(columns.size()))
    throw std::invalid_argument("the last row must end with the entries");
  return to_python(unlocked(
      [&] { return write_rows(row_ends.data(), row_ends.size(), columns.data(), counts.data(), n_words); }));
}

}  // namespace

void bind_counts(nb::module_ &m) {
  nb::class_<Counter>(m, "CooccurrenceCounter", "Counts how often words occur near each other.")
      .def(nb::init<std::size_t, const std::vector<std::uint64_t> &, bool>(), "n_words"_a, "weights"_a,
           "symmetric"_a)
      .def("add", &add, "ids"_a.noconvert(), "sentences"_a.noconvert(),
           "Adds sentences: uint32 [tokens] and int64 [sentences + 1].")
      .def("reserve", &Counter::reserve, "cells"_a,
           "Reserves memory for this many tokens and sentences together.")
      .def("tokens", &Counter::tokens, "Number of tokens added and not yet counted.")
      .def("next", &next, "max_entries"_a, "threads"_a,
           "Counts the next rows, those of up to `max_entries` entries; returns bytes and ends, of no row "
           "after "
           "the last.");
  m.def("sum_rows", &sum, "parts"_a, "n_rows"_a, "n_words"_a, "threads"_a,
        "Adds up the same rows of parts, each (bytes, ends); returns bytes and ends.");
  m.def("count_entries", &entries, "bytes"_a.noconvert(), "ends"_a.noconvert(), "n_words"_a, "threads"_a,
        "Checks rows, and returns the number of their entries.");
  m.def("read_rows", &read_bytes, "bytes"_a.noconvert(), "n_columns"_a,
        "Decodes rows; returns the ends of rows (in entries), columns and counts.");
  m.def("write_rows", &write_bytes, "n_words"_a, "row_ends"_a.noconvert(), "columns"_a.noconvert(),
        "counts"_a.noconvert(), "Encodes what read_rows returns; returns bytes and ends of rows.");
  m.def(
      "cooccurrence_blocks",
      [](std::size_t n_words, std::size_t largest, std::size_t max_blocks) {
        return to_numpy(make_blocks(n_words, largest, max_blocks));
      },
      "n_words"_a, "largest"_a, "max_blocks"_a, "Where blocks of words begin, and the number of words.");
  nb::class_<Tiles>(m, "CooccurrenceTiles", "Puts records into tiles in a file.")
      .def(
          "__init__",
          [](Tiles *place, Columns blocks, std::uint64_t units) {
            new (place)
                Tiles(std::vector<std::uint32_t>(blocks.data(), blocks.data() + blocks.size()), units);
          },
          "blocks"_a.noconvert(), "units"_a)
      .def(
          "count",
          [](Tiles &tiles, std::size_t first_row, Bytes bytes, Ends ends, int threads) {
            need_threads(threads);
            const RowsView rows = view(bytes, ends);
            unlocked([&] { tiles.count(first_row, rows, threads); });
          },
          "first_row"_a, "bytes"_a.noconvert(), "ends"_a.noconvert(), "threads"_a,
          "Counts the records of rows by tile.")
      .def(
          "offsets", [](Tiles &tiles) { return to_numpy(std::vector<std::int64_t>(tiles.offsets())); },
          "Where each tile begins, in records; int64 [blocks^2 + 1].")
      .def(
          "write",
          [](Tiles &tiles, std::size_t first_row, Bytes bytes, Ends ends, int descriptor, std::int64_t seed,
             int threads) {
            need_threads(threads);
            const RowsView rows = view(bytes, ends);
            unlocked(
                [&] { tiles.write(first_row, rows, descriptor, static_cast<std::uint64_t>(seed), threads); });
          },
          "first_row"_a, "bytes"_a.noconvert(), "ends"_a.noconvert(), "descriptor"_a, "seed"_a, "threads"_a,
          "Writes whole blocks of rows.");
}
