#include "counts/counter.h"

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

#include "threads/workers.h"

namespace embtrain::counts {
namespace {

constexpr std::uint32_t kEdge = 0xFFFFFFFFu;
// How many places ahead the text is prefetched.
constexpr std::size_t kAhead = 8;

}  // namespace

Counter::Counter(std::size_t n_words, const std::vector<Count> &weights, bool symmetric)
    : n_words_(n_words), weights_(weights), symmetric_(symmetric), text_{kEdge} {
  if (n_words >= kEdge) throw std::invalid_argument("there are more words than ids");
  if (weights.empty()) throw std::invalid_argument("a window is at least 1");
  weights_.insert(weights_.begin(), 0);
  // Every token adds each weight twice at most.
  Count most = 1;
  for (const Count weight : weights)
    if (__builtin_add_overflow(most, weight, &most) || __builtin_add_overflow(most, weight, &most))
      throw std::invalid_argument("the weights are too large");
  max_tokens_ = std::numeric_limits<Count>::max() / most;
}

void Counter::add(const std::uint32_t *ids, const std::int64_t *sentences, std::int64_t n_sentences) {
  if (indexed_) throw std::logic_error("tokens cannot be added before the last row is taken");
  const auto tokens = static_cast<std::size_t>(sentences[n_sentences]);
  const std::size_t size = text_.size() + tokens + static_cast<std::size_t>(n_sentences);
  if (size >= kEdge || n_tokens_ + tokens > max_tokens_)
    throw std::length_error("a part has too many tokens");
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

// Each thread takes a share of the text: it counts the occurrences there, and fills the places of those words
// behind the places of earlier shares.
void Counter::index(int threads) {
  const auto n_shares = static_cast<std::size_t>(threads);
  const auto each_of = [&](std::size_t share, auto visit) {
    const std::size_t end = text_.size() * (share + 1) / n_shares;
    for (std::size_t place = text_.size() * share / n_shares; place < end; ++place)
      if (text_[place] != kEdge) visit(text_[place], place);
  };
  std::vector<std::vector<std::uint32_t>> next(n_shares);
  run_workers(threads, n_shares, [&](std::size_t share) {
    next[share].assign(n_words_, 0);
    each_of(share, [&](std::uint32_t id, std::size_t) { ++next[share][id]; });
  });
  starts_.resize(n_words_ + 1);
  std::uint32_t start = 0;
  for (std::size_t row = 0; row < n_words_; ++row) {
    starts_[row] = start;
    for (auto &share : next) start += std::exchange(share[row], start);
  }
  starts_[n_words_] = start;
  places_.resize(n_tokens_);
  run_workers(threads, n_shares, [&](std::size_t share) {
    each_of(share, [&](std::uint32_t id, std::size_t place) {
      places_[next[share][id]++] = static_cast<std::uint32_t>(place);
    });
  });
  indexed_ = true;
}

std::size_t Counter::max_entries(std::size_t row) const {
  const std::size_t reach = (weights_.size() - 1) * (symmetric_ ? 2 : 1);
  return std::min(n_words_, (starts_[row + 1] - starts_[row]) * reach);
}

Rows Counter::next(std::size_t most, int threads) {
  if (!indexed_) index(threads);
  const std::size_t first = next_row_;
  std::size_t entries = 0;
  while (next_row_ < n_words_ && (next_row_ == first || entries + max_entries(next_row_) <= most))
    entries += max_entries(next_row_++);
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
  pieces_.resize((n_rows + portion - 1) / portion);
  run_numbered_workers(threads, pieces_.size(), [&](std::size_t worker, std::size_t k) {
    pieces_[k].clear();
    const std::size_t begin = first + k * portion, end = std::min(begin + portion, next_row_);
    for (std::size_t row = begin; row < end; ++row) count_row(row, sums_[worker], pieces_[k]);
  });
  return join(pieces_);
}

void Counter::count_row(std::size_t row, RowSum &sum, Rows &rows) const {
  const std::uint32_t *place = places_.data() + starts_[row], *const end = places_.data() + starts_[row + 1];
  const std::uint32_t *const text = text_.data();
  const Count *const weight = weights_.data();
  const int window = static_cast<int>(weights_.size()) - 1;
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
