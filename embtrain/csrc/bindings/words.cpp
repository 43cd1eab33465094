// Bindings of the words room.
#include <nanobind/nanobind.h>

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "words/find_words.h"
#include "words/unusual_words.h"
#include "words/word_index.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;

namespace {

using Bytes = In<const std::uint8_t>;
using Offsets = In<const std::int64_t>;

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
  const WordList words = words_of(arena, offsets);
  return rows_of(words, [&](std::int64_t *rows) { index.add(words, rows); });
}

Array<std::int64_t> find(const WordIndex &index, const Bytes &arena, const Offsets &offsets) {
  const WordList words = words_of(arena, offsets);
  return rows_of(words, [&](std::int64_t *rows) { index.find(words, rows); });
}

template <typename T>
Array<T> moved(Growing<T> &values) {
  const std::size_t size = values.size();
  T *data = values.release();
  nb::capsule owner(data, [](void *p) noexcept { std::free(p); });
  return Array<T>(data, {size}, owner);
}

std::int64_t row_of(const WordIndex &index, const nb::bytes &word) {
  const Span span{reinterpret_cast<const std::uint8_t *>(word.c_str()), word.size()};
  std::int64_t row = -1;
  index.find(&span, 1, span.data + span.size, &row);
  return row;
}

// The words, moved out of the index, which is empty afterwards.
nb::tuple take(WordIndex &index) {
  auto arena = moved(index.arena());
  auto offsets = moved(index.offsets());
  index.reset();
  return nb::make_tuple(std::move(arena), std::move(offsets));
}

Array<std::int64_t> find_rows(const Bytes &arena, const Offsets &offsets, const nb::list &words) {
  const WordList vocabulary = words_of(arena, offsets);
  std::vector<std::string> queries;
  queries.reserve(words.size());
  for (nb::handle word : words) {
    if (!nb::isinstance<nb::bytes>(word)) throw nb::type_error("words must be bytes");
    const auto text = nb::borrow<nb::bytes>(word);
    queries.emplace_back(text.c_str(), text.size());
  }
  std::vector<std::int64_t> rows;
  {
    nb::gil_scoped_release release;
    rows = find_words(vocabulary, queries);
  }
  return to_numpy(std::move(rows));
}

Array<std::uint8_t> flags_of(const Bytes &arena, const Offsets &offsets) {
  const WordList words = words_of(arena, offsets);
  std::vector<std::uint8_t> flags(words.n_words);
  {
    nb::gil_scoped_release release;
    flag_words(words, flags.data());
  }
  return to_numpy(std::move(flags));
}

}  // namespace

void bind_words(nb::module_ &m) {
  nb::class_<WordIndex>(m, "WordIndex", "Distinct words in order of first appearance.")
      .def(nb::init<>())
      .def("__len__", &WordIndex::size)
      .def("add", &add, "arena"_a.noconvert(), "offsets"_a.noconvert(),
           "Adds the new words; returns the row of each word, int64 [n].")
      .def("find", &find, "arena"_a.noconvert(), "offsets"_a.noconvert(),
           "The row of each word, int64 [n], -1 if it is absent.")
      .def("row", &row_of, "word"_a, "The row of a word, -1 if it is absent.")
      .def("take", &take,
           "Arena and offsets of all words, moved out of the index, which is empty afterwards.");
  m.def("find_words", &find_rows, "arena"_a.noconvert(), "offsets"_a.noconvert(), "words"_a,
        "Rows of words, int64, -1 if a word is absent. Raises ValueError when offsets do not fit the arena.");
  m.def("flag_words", &flags_of, "arena"_a.noconvert(), "offsets"_a.noconvert(),
        "What is unusual about each word, uint8 [n]: 1 not UTF-8, 2 a space, 4 other ASCII white space, 8 "
        "other white space of Unicode, 16 empty.");
}
