// Counts how often words occur near each other in a part of a text.
//
// The part's tokens are indexed by word, and a row of the matrix is summed by visiting the occurrences of its
// word. The sums of one row fit in a cache, which the sums of all pairs in the order of the text do not, and
// only the columns of rare words need sorting.
#pragma once
#include <cstdint>
#include <vector>

#include "counts/row_sum.h"

namespace embtrain::counts {

// The weight of a pair at each distance. Weights are whole numbers of a unit, so that sums are exact in any
// order.
class Weights {
 public:
  // A pair at distance d weighs 1 / d, or 1 without weighting. Throws std::invalid_argument for a window
  // under 1.
  Weights(int window, bool weighted);

  int window() const { return static_cast<int>(of_.size()) - 1; }
  // Units in a count of 1.
  Count units() const { return units_; }
  // In units, by distance from 1 to window.
  const Count *of() const { return of_.data(); }

 private:
  Count units_ = 1;
  std::vector<Count> of_;
};

class Counter {
 public:
  // With `symmetric`, the contexts of a word are the words on both sides of it. Otherwise they are the words
  // that follow it: as in Stanford's cooccur, the row is the left word of a pair.
  Counter(std::size_t n_words, Weights weights, bool symmetric);

  // Adds sentences, given by offsets [n + 1] into ids. Throws std::out_of_range for an id outside the
  // vocabulary, and std::length_error if the part would grow past 2^32 - 1 tokens.
  void add(const std::uint32_t *ids, const std::int64_t *sentences, std::int64_t n_sentences);

  std::size_t tokens() const { return n_tokens_; }
  // Reserves memory for this many tokens and sentences together.
  void reserve(std::size_t cells) { text_.reserve(cells + 1); }

  // Returns the next rows, from row 0 on: those of up to `max_tokens` occurrences, but at least one row.
  // After the last row it returns none, and the next part can be added.
  Rows next(std::size_t max_tokens, int threads);

 private:
  void index();
  void count_row(std::size_t row, RowSum &sum, Rows &rows) const;
  std::size_t occurrences(std::size_t row) const { return starts_[row + 1] - starts_[row]; }

  std::size_t n_words_;
  Weights weights_;
  bool symmetric_;
  std::size_t n_tokens_ = 0;
  std::vector<std::uint32_t> text_;    // kEdge, then the sentences, each followed by kEdge
  std::vector<std::uint32_t> starts_;  // [n_words + 1], start of each word's occurrences in `places_`
  std::vector<std::uint32_t> places_;  // places in `text_`, by word
  std::vector<RowSum> sums_;           // one for each thread
  bool indexed_ = false;
  std::size_t next_row_ = 0;
};

}  // namespace embtrain::counts
