// The sum of one row of a matrix.
#pragma once
#include <cstdint>
#include <vector>

#include "counts/rows.h"

namespace embtrain::counts {

// A dense row, which is empty again after it was written. Takes 12 bytes of memory a word.
class RowSum {
 public:
  explicit RowSum(std::size_t n_words) : sums_(n_words), touched_(n_words + 1) {}

  // Adds to a column; `add` must not be 0. Throws std::overflow_error if the sum does not fit in 64 bits.
  void add(std::uint32_t column, Count add) {
    Count &sum = sums_[column];
    touched_[n_touched_] = column;
    n_touched_ += sum == 0;
    if (__builtin_add_overflow(sum, add, &sum)) overflow();
  }

  // Direct access, for a loop that keeps sums below 2^64 and notes the columns it touches.
  Count *cells() { return sums_.data(); }
  std::uint32_t *touched() { return touched_.data(); }
  void set_touched(std::size_t n) { n_touched_ = n; }

  // Appends the row to `rows` and empties it. `noted` says whether the touched columns were noted; otherwise
  // every cell is scanned.
  void write(Rows &rows, bool noted = true);

 private:
  [[noreturn]] static void overflow();
  std::size_t find_all();           // notes every cell that is not 0, in order, and returns their number
  void sort_marked(std::size_t n);  // sorts the first n of `touched_`
  std::vector<Count> sums_;
  std::vector<std::uint32_t>
      touched_;  // one more than there are words, because `add` writes before it checks
  std::vector<std::uint64_t> marks_;
  std::size_t n_touched_ = 0;
};

}  // namespace embtrain::counts
