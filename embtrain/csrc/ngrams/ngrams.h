// Character n-grams of words, their rows in a table, and sums of those rows.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "words/word_list.h"

namespace embtrain::ngrams {

enum class Kind { kFasttext, kFloret, kFinalfusion, kExplicit };

// How words are split into n-grams, and how the rows of n-grams are found. Lengths are in characters, with
// the marks begin and end around the word.
struct Settings {
  Kind kind = Kind::kFasttext;
  std::uint64_t min_n = 3, max_n = 6, n_buckets = 0;
  std::uint32_t n_hashes = 1, seed = 0;  // floret
  std::string begin = "<", end = ">";
};

// A table of float32 rows, little-endian, at any alignment.
struct Rows {
  const std::uint8_t *data;
  std::size_t n_rows, dim;
};

class Index {
 public:
  explicit Index(Settings settings) : settings_(std::move(settings)) {}

  // Only these buckets, in ascending order, have rows: row i is bucket buckets[i].
  // `count_absent`: an n-gram in another bucket counts as a row of zeros in `sum`, instead of not at all.
  void keep(std::vector<std::int64_t> buckets, bool count_absent) {
    buckets_ = std::move(buckets), pruned_ = true, count_absent_ = count_absent;
  }
  // kExplicit: sets the row of an n-gram; the first of equal n-grams counts.
  void add(std::string ngram, std::int64_t row) { rows_.emplace(std::move(ngram), row); }

  // Appends the rows of a word's n-grams, in fastText's order: by start, then by length.
  void rows(std::string_view word, std::vector<std::int64_t> &out) const;

  // The same for many words, one after another; `ends` is where the rows of each word end. Throws
  // std::invalid_argument if a row is 2^31 or more, or the words' offsets are wrong.
  void bags(const WordList &words, std::vector<std::int32_t> &rows, std::vector<std::int64_t> &ends) const;

  // The different n-grams of words that at least `least` of the words have, with the number of words. Those
  // of most words come first, equal ones in the order of their bytes.
  std::vector<std::pair<std::string, std::int64_t>> list(const WordList &words, std::int64_t least) const;

  // Adds the rows of each word's n-grams to out[i * dim .. ] one after another in float32, as fastText does,
  // and sets counts[i] to how many there were. Memory does not depend on the words' lengths. Throws
  // std::invalid_argument if a row is not in the table or the words' offsets are wrong.
  void sum(const WordList &words, const Rows &table, float *out, std::int64_t *counts) const;

 private:
  template <typename Visit>
  void visit_texts(std::string_view word, const Visit &visit_text) const;
  template <typename Visit>
  void visit(std::string_view word, const Visit &visit_row) const;
  template <typename Visit>
  void visit_ngram(std::string_view ngram, std::size_t n_chars, const Visit &visit_row) const;
  template <typename Visit>
  void visit_bucket(std::uint64_t bucket, const Visit &visit_row) const;

  Settings settings_;
  bool pruned_ = false, count_absent_ = false;
  std::vector<std::int64_t> buckets_;
  std::unordered_map<std::string, std::int64_t> rows_;
};

}  // namespace embtrain::ngrams
