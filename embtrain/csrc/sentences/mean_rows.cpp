#include "sentences/mean_rows.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "threads/chunks.h"
#include "threads/pool.h"

namespace embtrain::sentences {
namespace {

// Lists that a thread takes at a time.
constexpr std::int64_t kLists = 64;
// Rows that are fetched before they are needed.
constexpr std::int64_t kAhead = 4;
constexpr std::int64_t kLineFloats = 16;

class Mean {
 public:
  Mean(const Table &table, const Table &more, const Lists &lists, std::int64_t dim)
      : table_(table), more_(more), lists_(lists), dim_(dim) {}

  // Writes the mean of a list to out unless it has no rows; returns how many it has. `sums` has dim values.
  std::int64_t operator()(std::int64_t list, double *sums, float *out) const {
    std::fill(sums, sums + dim_, 0.0);
    const std::int64_t last = lists_.ends[list + 1];
    std::int64_t count = 0;
    for (std::int64_t i = lists_.ends[list]; i < last; ++i) {
      if (i + kAhead < last) fetch(lists_.rows[i + kAhead]);
      if (lists_.rows[i] < 0) continue;
      if (lists_.weights == nullptr) {
        add(at(lists_.rows[i]), sums);
      } else {
        add(lists_.weights[i], at(lists_.rows[i]), sums);
      }
      ++count;
    }
    if (count == 0) return 0;
    const auto divisor = static_cast<double>(count);
    for (std::int64_t d = 0; d < dim_; ++d) out[d] = static_cast<float>(sums[d] / divisor);
    return count;
  }

 private:
  const float *at(std::int64_t row) const {
    return row < table_.n_rows ? table_.data + row * table_.stride
                               : more_.data + (row - table_.n_rows) * more_.stride;
  }

  void fetch(std::int64_t row) const {
    if (row < 0) return;
    const float *values = at(row);
    for (std::int64_t d = 0; d < dim_; d += kLineFloats) __builtin_prefetch(values + d);
  }

  void add(const float *values, double *sums) const {
    for (std::int64_t d = 0; d < dim_; ++d) sums[d] += static_cast<double>(values[d]);
  }

  void add(double weight, const float *values, double *sums) const {
    for (std::int64_t d = 0; d < dim_; ++d) sums[d] += weight * static_cast<double>(values[d]);
  }

  const Table table_, more_;
  const Lists lists_;
  const std::int64_t dim_;
};

}  // namespace

void mean_rows(const Table &table, const Table &more, const Lists &lists, std::int64_t dim, float *out,
               std::int64_t *counts, int threads) {
  const Mean mean(table, more, lists, dim);
  const std::int64_t n_chunks = (lists.n + kLists - 1) / kLists;
  threads = static_cast<int>(std::clamp<std::int64_t>(n_chunks, 1, threads));
  std::vector<double> sums(static_cast<std::size_t>(threads * dim));
  Chunks chunks(n_chunks, threads);
  run_parallel(threads, [&](int thread) {
    double *own = sums.data() + thread * dim;
    for (std::int64_t chunk; (chunk = chunks.next(thread)) >= 0;) {
      const std::int64_t last = std::min(lists.n, (chunk + 1) * kLists);
      for (std::int64_t i = chunk * kLists; i < last; ++i) counts[i] = mean(i, own, out + i * dim);
    }
  });
}

void check_lists(const Lists &lists, std::int64_t n_entries, std::int64_t n_rows) {
  std::int64_t before = 0;
  for (std::int64_t i = 0; i <= lists.n; ++i) {
    if (lists.ends[i] < before || lists.ends[i] > n_entries)
      throw std::invalid_argument("ends must rise from 0 to at most " + std::to_string(n_entries));
    before = lists.ends[i];
  }
  for (std::int64_t i = 0; i < n_entries; ++i) {
    if (lists.rows[i] >= n_rows)
      throw std::invalid_argument("row " + std::to_string(lists.rows[i]) + " is not among the " +
                                  std::to_string(n_rows) + " rows");
  }
}

}  // namespace embtrain::sentences
