// Bindings of the n-grams room.
#include "ngrams/ngrams.h"

#include <nanobind/stl/string.h>
#include <nanobind/stl/string_view.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include "bindings/arrays.h"
#include "bindings/rooms.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using embtrain::WordList;
using embtrain::ngrams::Index;
using embtrain::ngrams::Kind;
using embtrain::ngrams::Settings;

namespace {

using Vectors = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;

Kind kind_of(std::string_view name) {
  if (name == "fasttext") return Kind::kFasttext;
  if (name == "floret") return Kind::kFloret;
  if (name == "finalfusion") return Kind::kFinalfusion;
  if (name == "explicit") return Kind::kExplicit;
  throw nb::value_error("kind must be fasttext, floret, finalfusion or explicit");
}

std::string text_of(const WordList &words, std::size_t i) {
  const int64_t start = words.offsets[i], stop = words.offsets[i + 1];
  if (start < 0 || stop < start || static_cast<uint64_t>(stop) > words.n_bytes)
    throw nb::value_error("an n-gram does not lie within the n-grams' bytes");
  return {reinterpret_cast<const char *>(words.arena) + start, static_cast<std::size_t>(stop - start)};
}

Index make_index(std::string_view kind, uint64_t min_n, uint64_t max_n, uint64_t n_buckets, uint32_t n_hashes,
                 uint32_t seed, nb::bytes begin, nb::bytes end) {
  return Index(Settings{kind_of(kind), min_n, max_n, n_buckets, n_hashes, seed,
                        std::string(begin.c_str(), begin.size()), std::string(end.c_str(), end.size())});
}

void keep(Index &self, const In<const int64_t> &buckets, bool count_absent) {
  std::vector<int64_t> kept(buckets.data(), buckets.data() + buckets.shape(0));
  for (std::size_t i = 1; i < kept.size(); ++i)
    if (kept[i] <= kept[i - 1]) throw nb::value_error("buckets must be in ascending order");
  self.keep(std::move(kept), count_absent);
}

void add(Index &self, const In<const uint8_t> &arena, const In<const int64_t> &offsets,
         const In<const int64_t> &rows) {
  const WordList ngrams = words_of(arena, offsets);
  if (rows.shape(0) != ngrams.n_words) throw nb::value_error("there must be one row per n-gram");
  for (std::size_t i = 0; i < ngrams.n_words; ++i) self.add(text_of(ngrams, i), rows(i));
}

Array<int64_t> rows(const Index &self, nb::bytes word) {
  std::vector<int64_t> found;
  self.rows({word.c_str(), word.size()}, found);
  return to_numpy(std::move(found));
}

nb::tuple bags(const Index &self, const In<const uint8_t> &arena, const In<const int64_t> &offsets) {
  const WordList words = words_of(arena, offsets);
  std::vector<int32_t> rows;
  std::vector<int64_t> ends = {0};
  {
    nb::gil_scoped_release release;
    self.bags(words, rows, ends);
  }
  return nb::make_tuple(to_numpy(std::move(rows)), to_numpy(std::move(ends)));
}

nb::tuple list(const Index &self, const In<const uint8_t> &arena, const In<const int64_t> &offsets,
               int64_t least) {
  const WordList words = words_of(arena, offsets);
  std::vector<uint8_t> bytes;
  std::vector<int64_t> ends = {0}, counts;
  {
    nb::gil_scoped_release release;
    for (const auto &[ngram, count] : self.list(words, least)) {
      bytes.insert(bytes.end(), ngram.begin(), ngram.end());
      ends.push_back(static_cast<int64_t>(bytes.size()));
      counts.push_back(count);
    }
  }
  return nb::make_tuple(to_numpy(std::move(bytes)), to_numpy(std::move(ends)), to_numpy(std::move(counts)));
}

Array<int64_t> sum(const Index &self, const In<const uint8_t> &arena, const In<const int64_t> &offsets,
                   const In<const uint8_t> &table, const Vectors &out) {
  const WordList words = words_of(arena, offsets);
  const std::size_t dim = out.shape(1);
  if (out.shape(0) != words.n_words) throw nb::value_error("there must be one vector per word");
  if (dim == 0 || table.shape(0) % (dim * sizeof(float)) != 0)
    throw nb::value_error("the table must hold whole rows as long as the vectors");
  std::vector<int64_t> counts(words.n_words);
  float *const values = out.data();
  {
    nb::gil_scoped_release release;
    self.sum(words, {table.data(), table.shape(0) / (dim * sizeof(float)), dim}, values, counts.data());
  }
  return to_numpy(std::move(counts));
}

}  // namespace

void bind_ngrams(nb::module_ &m) {
  nb::class_<Index>(m, "NgramIndex", "Character n-grams of words and their rows in a table.")
      .def(
          "__init__",
          [](Index *self, std::string_view kind, uint64_t min_n, uint64_t max_n, uint64_t n_buckets,
             uint32_t n_hashes, uint32_t seed, nb::bytes begin, nb::bytes end) {
            new (self) Index(make_index(kind, min_n, max_n, n_buckets, n_hashes, seed, begin, end));
          },
          "kind"_a, "min_n"_a, "max_n"_a, "n_buckets"_a, "n_hashes"_a, "seed"_a, "begin"_a, "end"_a)
      .def("keep", &keep, "buckets"_a.noconvert(), "count_absent"_a,
           "Only these buckets (int64, ascending) have rows: row i is bucket buckets[i].")
      .def("bags", &bags, "arena"_a.noconvert(), "offsets"_a.noconvert(),
           "Rows of the n-grams of words, int32, and where those of each word begin, int64 [words + 1].")
      .def("list", &list, "arena"_a.noconvert(), "offsets"_a.noconvert(), "least"_a,
           "The n-grams that at least so many words have: bytes, offsets, numbers of words.")
      .def("add", &add, "arena"_a.noconvert(), "offsets"_a.noconvert(), "rows"_a.noconvert(),
           "Adds explicit n-grams and their rows (int64 [n]).")
      .def("rows", &rows, "word"_a, "Rows of a word's n-grams, int64, by start, then by length.")
      .def("sum", &sum, "arena"_a.noconvert(), "offsets"_a.noconvert(), "table"_a.noconvert(),
           "out"_a.noconvert(),
           "Adds rows of the table (uint8: float32 rows at any alignment) to out (float32 [words, dim]); "
           "returns how many rows each word has.");
}
