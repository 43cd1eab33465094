#include "counts/counter.h"

#include <atomic>
#include <numeric>
#include <stdexcept>
#include <string>

#include "threads/pool.h"

namespace embtrain::counts {
namespace {

constexpr std::uint32_t kEdge = 0xFFFFFFFFu;
// Up to this window, 1 / d is a whole number of units for every distance d. For wider windows it is rounded
// to a multiple of 2^-32.
constexpr int kExactWindow = 20;
// How many places ahead the text is prefetched.
constexpr std::size_t kAhead = 8;

Count unit_of(int window) {
  if (window > kExactWindow) return Count{1} << 32;
  Count units = 1;
  for (Count d = 2; d <= static_cast<Count>(window); ++d) units = std::lcm(units, d);
  return units;
}

}  // namespace

Weights::Weights(int window, bool weighted) {
  if (window < 1) throw std::invalid_argument("a window is at least 1, found " + std::to_string(window));
  if (weighted) units_ = unit_of(window);
  of_.resize(static_cast<std::size_t>(window) + 1);
  for (std::size_t d = 1; d < of_.size(); ++d) of_[d] = weighted ? (units_ + d / 2) / d : 1;
}

Counter::Counter(std::size_t n_words, Weights weights, bool symmetric)
    : n_words_(n_words), weights_(std::move(weights)), symmetric_(symmetric), text_{kEdge} {
  if (n_words >= kEdge) throw std::invalid_argument("there are more words than ids");
}

void Counter::add(const std::uint32_t *ids, const std::int64_t *sentences, std::int64_t n_sentences) {
  if (indexed_) throw std::logic_error("tokens cannot be added before the last row is taken");
  const auto tokens = static_cast<std::size_t>(sentences[n_sentences]);
  const std::size_t size = text_.size() + tokens + static_cast<std::size_t>(n_sentences);
  if (size >= kEdge) throw std::length_error("a part must have fewer than 2^32 tokens");
  std::uint32_t largest = 0;
  for (std::size_t t = 0; t < tokens; ++t) largest = ids[t] > largest ? ids[t] : largest;
  if (tokens && largest >= n_words_)
    throw std::out_of_range("token id " + std::to_string(largest) + " is outside a vocabulary of " +
                            std::to_string(n_words_) + " words");
  for (std::int64_t k = 0; k < n_sentences; ++k) {
    text_.insert(text_.end(), ids + sentences[k], ids + sentences[k + 1]);
    text_.push_back(kEdge);
  }
  n_tokens_ += tokens;
}

void Counter::index() {
  starts_.assign(n_words_ + 2, 0);
  // Shifted by two, because filling moves each start to the next one.
  for (const std::uint32_t id : text_)
    if (id != kEdge) ++starts_[id + 2];
  for (std::size_t row = 2; row < starts_.size(); ++row) starts_[row] += starts_[row - 1];
  places_.resize(n_tokens_);
  for (std::size_t place = 0; place < text_.size(); ++place)
    if (text_[place] != kEdge) places_[starts_[text_[place] + 1]++] = static_cast<std::uint32_t>(place);
  indexed_ = true;
}

Rows Counter::next(std::size_t max_tokens, int threads) {
  if (!indexed_) index();
  const std::size_t first = next_row_;
  std::size_t tokens = 0;
  while (next_row_ < n_words_ && (next_row_ == first || tokens + occurrences(next_row_) <= max_tokens))
    tokens += occurrences(next_row_++);
  if (first == n_words_) {
    text_.assign(1, kEdge);
    n_tokens_ = 0;
    next_row_ = 0;
    indexed_ = false;
    return {};
  }
  while (sums_.size() < static_cast<std::size_t>(threads)) sums_.emplace_back(n_words_);
  // Threads take a few rows at a time; their pieces are joined in order.
  const std::size_t n_rows = next_row_ - first, portion = n_rows < 4096 ? (n_rows < 64 ? 1 : 16) : 256;
  std::vector<Rows> made((n_rows + portion - 1) / portion);
  std::atomic<std::size_t> next_portion{0};
  run_parallel(threads, [&](int thread) {
    for (std::size_t k; (k = next_portion.fetch_add(1)) < made.size();) {
      const std::size_t begin = first + k * portion, end = std::min(begin + portion, next_row_);
      for (std::size_t row = begin; row < end; ++row)
        count_row(row, sums_[static_cast<std::size_t>(thread)], made[k]);
    }
  });
  return join(made);
}

void Counter::count_row(std::size_t row, RowSum &sum, Rows &rows) const {
  const std::uint32_t *place = places_.data() + starts_[row], *const end = places_.data() + starts_[row + 1];
  const std::uint32_t *const text = text_.data();
  const Count *const weight = weights_.of();
  const int window = weights_.window();
  Count *const cells = sum.cells();
  std::uint32_t *const touched = sum.touched();
  // If most cells will be touched, scanning for them is cheaper than noting each.
  const bool noted = static_cast<std::size_t>(end - place) * static_cast<std::size_t>(window) < n_words_ / 4;
  std::size_t n = 0;
  const auto visit = [&](std::uint32_t column, Count add) {
    if (noted) {
      touched[n] = column;
      n += cells[column] == 0;
    }
    cells[column] += add;
  };
  for (; place < end; ++place) {
    if (static_cast<std::size_t>(end - place) > kAhead) {
      __builtin_prefetch(text + place[kAhead] + window);
      if (symmetric_) __builtin_prefetch(text + place[kAhead] - window);
    }
    const std::uint32_t *here = text + *place;
    for (int d = 1; d <= window && here[d] != kEdge; ++d) visit(here[d], weight[d]);
    if (symmetric_)
      for (int d = 1; d <= window && here[-d] != kEdge; ++d) visit(here[-d], weight[d]);
  }
  sum.set_touched(n);
  sum.write(rows, noted);
}

}  // namespace embtrain::counts
