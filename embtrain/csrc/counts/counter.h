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

class Counter {
 public:
  // `weights`: what a pair counts at each distance from 1 to the window, in units. Counts are whole numbers
  // of a unit, so that their sums are exact in any order. With `symmetric`, the contexts of a word are the
  // words on both sides of it. Otherwise they are the words that follow it: as in Stanford's cooccur, the row
  // is the left word of a pair. Throws std::invalid_argument if there are no weights.
  Counter(std::size_t n_words, const std::vector<Count> &weights, bool symmetric);

  // Adds sentences, given by offsets [n + 1] into ids. Throws std::out_of_range for an id outside the
  // vocabulary, and std::length_error if the part grows past 2^32 - 1 tokens and sentences or
  // its sums could overflow.
  void add(const std::uint32_t *ids, const std::int64_t *sentences, std::int64_t n_sentences);

  std::size_t tokens() const { return n_tokens_; }
  // Reserves memory for this many tokens and sentences together.
  void reserve(std::size_t cells) {
    text_.reserve(cells + 1);
    places_.reserve(cells);
  }

  // Returns the next rows, from row 0 on: at least one, and no more than can have `most` entries. After the
  // last row it returns none, and the next part can be added.
  Rows next(std::size_t most, int threads);

 private:
  void index(int threads);
  void count_row(std::size_t row, RowSum &sum, Rows &rows) const;
  // The most entries that a row can have.
  std::size_t max_entries(std::size_t row) const;

  std::size_t n_words_;
  std::vector<Count> weights_;  // by distance, from 0
  Count max_tokens_;            // that keep sums below 2^64
  bool symmetric_;
  std::size_t n_tokens_ = 0;
  std::vector<std::uint32_t> text_;    // kEdge, then the sentences, each followed by kEdge
  std::vector<std::uint32_t> starts_;  // [n_words + 1], start of each word's occurrences in `places_`
  std::vector<std::uint32_t> places_;  // places in `text_`, by word
  std::vector<RowSum> sums_;           // one for each thread
  std::vector<Rows> pieces_;           // kept between calls, with their memory
  bool indexed_ = false;
  std::size_t next_row_ = 0;
};

}  // namespace embtrain::counts
