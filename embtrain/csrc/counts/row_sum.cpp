#include "counts/row_sum.h"

#include <algorithm>

namespace embtrain::counts {
namespace {

// Fewer columns than one in this many words are sorted; more are marked in a bitmap, which lists them in
// order.
constexpr std::size_t kWordsPerSorted = 512;
// Cells scanned in the time of marking and finding one column.
constexpr std::size_t kCellsPerMarked = 8;
// Entries that are encoded before they are appended.
constexpr std::size_t kAtATime = 64;

}  // namespace

void RowSum::overflow() { throw std::overflow_error("a count does not fit in 64 bits"); }

void RowSum::write(Rows &rows, bool noted) {
  std::uint32_t *columns = touched_.data();
  std::size_t n = n_touched_;
  n_touched_ = 0;
  if (!noted || n * kCellsPerMarked > sums_.size())
    n = find_all();
  else if (n * kWordsPerSorted < sums_.size())
    std::sort(columns, columns + n);
  else
    sort_marked(n);
  std::uint8_t encoded[kAtATime * 2 * kMaxVarint];
  rows.bytes.insert(rows.bytes.end(), encoded, put_number(encoded, n));
  std::uint32_t next = 0;
  for (std::size_t k = 0; k < n;) {
    std::uint8_t *to = encoded;
    for (const std::size_t stop = std::min(k + kAtATime, n); k < stop; ++k) {
      Count &sum = sums_[columns[k]];
      to = put_number(to, columns[k] - next);
      to = put_number(to, sum);
      next = columns[k] + 1;
      sum = 0;
    }
    rows.bytes.insert(rows.bytes.end(), encoded, to);
  }
  rows.ends.push_back(static_cast<std::int64_t>(rows.bytes.size()));
}

std::size_t RowSum::find_all() {
  std::size_t n = 0;
  for (std::size_t column = 0; column < sums_.size(); ++column) {
    touched_[n] = static_cast<std::uint32_t>(column);
    n += sums_[column] != 0;
  }
  return n;
}

void RowSum::sort_marked(std::size_t n) {
  marks_.resize(sums_.size() / 64 + 1);
  for (std::size_t k = 0; k < n; ++k) marks_[touched_[k] / 64] |= std::uint64_t{1} << touched_[k] % 64;
  std::uint32_t *to = touched_.data();
  for (std::size_t word = 0; word < marks_.size(); ++word) {
    for (std::uint64_t bits = marks_[word]; bits; bits &= bits - 1)
      *to++ = static_cast<std::uint32_t>(word * 64 + static_cast<std::size_t>(__builtin_ctzll(bits)));
    marks_[word] = 0;
  }
}

}  // namespace embtrain::counts
