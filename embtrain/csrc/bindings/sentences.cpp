// Bindings of the sentences room.
#include <nanobind/nanobind.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "sentences/find_text.h"
#include "sentences/mean_rows.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;
using namespace embtrain::sentences;

namespace {

using Rows = nb::ndarray<const float, nb::ndim<2>, nb::device::cpu>;
using Out = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

void require(bool condition, const std::string &message) {
  if (!condition) throw std::invalid_argument(message);
}

nb::tuple find(const WordIndex &index, In<const std::uint8_t> text, bool keep_unknown, int threads) {
  require(threads >= 1, "threads must be at least 1");
  Found found;
  {
    nb::gil_scoped_release release;
    found = find_text(index, text.data(), text.size(), keep_unknown, threads);
  }
  return nb::make_tuple(to_numpy(std::move(found.rows)), to_numpy(std::move(found.ends)),
                        to_numpy(std::move(found.unknown)), to_numpy(std::move(found.unknown_ends)));
}

Table table_of(const Rows &rows, const Out &out) {
  require(rows.shape(1) == out.shape(1), "all rows must have the same length");
  require(rows.shape(0) == 0 || rows.stride(1) == 1, "the values of a row must be contiguous");
  return {rows.data(), static_cast<std::int64_t>(rows.shape(0)), rows.stride(0)};
}

Array<std::int64_t> mean(const Rows &table, const Rows &more, const In<const std::int64_t> &rows,
                         const In<const double> &weights, const In<const std::int64_t> &ends, const Out &out,
                         int threads) {
  require(threads >= 1, "threads must be at least 1");
  require(ends.size() == out.shape(0) + 1, "there must be one more of ends than rows of out");
  const Table first = table_of(table, out), second = table_of(more, out);
  const std::int64_t n_rows = first.n_rows + second.n_rows;
  const bool weighted = weights.size() > 0;
  require(!weighted || weights.size() == rows.size(), "there must be one weight for each row, or none");
  const Lists lists{rows.data(), weighted ? weights.data() : nullptr, ends.data(),
                    static_cast<std::int64_t>(out.shape(0))};
  std::vector<std::int64_t> counts(out.shape(0));
  {
    nb::gil_scoped_release release;
    check_lists(lists, static_cast<std::int64_t>(rows.size()), n_rows);
    mean_rows(first, second, lists, static_cast<std::int64_t>(out.shape(1)), out.data(), counts.data(),
              threads);
  }
  return to_numpy(std::move(counts));
}

}  // namespace

void bind_sentences(nb::module_ &m) {
  m.def("find_text", &find, "index"_a, "text"_a.noconvert(), "keep_unknown"_a, "threads"_a,
        "Looks up the words of lines of text, separated by ASCII white space. Returns the row of each word, "
        "int64, -1 if it is absent; where the words of each line begin, int64 [lines + 1]; and, if they are "
        "to be kept, the bytes and offsets of the absent words.");
  m.def(
      "mean_rows", &mean, "table"_a.noconvert(), "more"_a.noconvert(), "rows"_a.noconvert(),
      "weights"_a.noconvert(), "ends"_a.noconvert(), "out"_a.noconvert(), "threads"_a,
      "Writes the weighted mean of each list of rows to out, float32 [lists, D]; returns the number of rows "
      "in each, int64. Row V + i is row i of more; negative rows are left out. A list without rows leaves "
      "its row of out as it is. weights, float64 as long as rows, may be empty.");
}
