// Binding of the index of distinct words.
#include <nanobind/nanobind.h>

#include <cstdlib>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "words/word_index.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain::text;

namespace {

using Bytes = In<const std::uint8_t>;
using Offsets = In<const std::int64_t>;

WordList list_of(const Bytes &arena, const Offsets &offsets) {
  if (offsets.size() == 0) throw nb::value_error("offsets must hold one entry more than there are words");
  return {arena.data(), arena.size(), offsets.data(), offsets.size() - 1};
}

template <typename Work>
Array<std::int64_t> rows_of(const WordList &words, Work work) {
  std::vector<std::int64_t> rows(words.n_words);
  {
    nb::gil_scoped_release release;
    work(rows.data());
  }
  return to_numpy(std::move(rows));
}

Array<std::int64_t> add(WordIndex &index, const Bytes &arena, const Offsets &offsets) {
  const WordList words = list_of(arena, offsets);
  return rows_of(words, [&](std::int64_t *rows) { index.add(words, rows); });
}

Array<std::int64_t> find(const WordIndex &index, const Bytes &arena, const Offsets &offsets) {
  const WordList words = list_of(arena, offsets);
  return rows_of(words, [&](std::int64_t *rows) { index.find(words, rows); });
}

template <typename T>
Array<T> moved(Growing<T> &values) {
  const std::size_t size = values.size();
  T *data = values.release();
  nb::capsule owner(data, [](void *p) noexcept { std::free(p); });
  return Array<T>(data, {size}, owner);
}

// The words, moved out of the index, which is empty afterwards.
nb::tuple take(WordIndex &index) {
  auto arena = moved(index.arena());
  auto offsets = moved(index.offsets());
  index.reset();
  return nb::make_tuple(std::move(arena), std::move(offsets));
}

}  // namespace

void bind_words(nb::module_ &m) {
  nb::class_<WordIndex>(m, "WordIndex", "Distinct words in order of first appearance.")
      .def(nb::init<>())
      .def("__len__", &WordIndex::size)
      .def("add", &add, "arena"_a.noconvert(), "offsets"_a.noconvert(),
           "Adds the words that are new; the row of each, int64 [n].")
      .def("find", &find, "arena"_a.noconvert(), "offsets"_a.noconvert(),
           "The row of each word, int64 [n], -1 where it is not there.")
      .def("take", &take,
           "Arena and offsets of all words, moved out of the index, which is empty afterwards.");
}
