#include "counts/sum.h"

#include <algorithm>
#include <atomic>

#include "counts/row_sum.h"
#include "threads/workers.h"

namespace embtrain::counts {
namespace {

template <typename Visit>
void visit_row(const RowsView &rows, std::size_t row, std::size_t n_words, Visit visit) {
  RowReader reader = rows.row(row);
  reader.row(n_words, visit);
  if (!reader.done()) throw std::invalid_argument("a row is followed by other bytes");
}

}  // namespace

Rows sum_rows(const std::vector<RowsView> &parts, std::size_t n_rows, std::size_t n_words, int threads) {
  const std::size_t most = static_cast<std::size_t>(threads) * 4;
  std::vector<Rows> pieces(std::min(most, n_rows));
  std::vector<RowSum> sums(static_cast<std::size_t>(threads), RowSum(n_words));
  run_numbered_workers(threads, pieces.size(), [&](std::size_t worker, std::size_t k) {
    RowSum &sum = sums[worker];
    const std::size_t begin = n_rows * k / pieces.size(), end = n_rows * (k + 1) / pieces.size();
    for (std::size_t row = begin; row < end; ++row) {
      for (const RowsView &part : parts)
        visit_row(part, row, n_words, [&](std::uint32_t column, Count count) { sum.add(column, count); });
      sum.write(pieces[k]);
    }
  });
  return join(pieces);
}

std::uint64_t count_entries(const RowsView &rows, std::size_t n_words, int threads) {
  const std::size_t most = static_cast<std::size_t>(threads) * 4, n_pieces = std::min(most, rows.n_rows);
  std::atomic<std::uint64_t> entries{0};
  run_workers(threads, n_pieces, [&](std::size_t k) {
    std::uint64_t found = 0;
    const std::size_t end = rows.n_rows * (k + 1) / n_pieces;
    for (std::size_t row = rows.n_rows * k / n_pieces; row < end; ++row)
      visit_row(rows, row, n_words, [&](std::uint32_t, Count) { ++found; });
    entries += found;
  });
  return entries;
}

Entries read_rows(const std::uint8_t *bytes, std::size_t n_bytes, std::uint64_t n_columns) {
  Entries entries;
  RowReader reader(bytes, bytes + n_bytes);
  while (!reader.done()) {
    reader.row(n_columns, [&](std::uint32_t column, Count count) {
      entries.columns.push_back(column);
      entries.counts.push_back(count);
    });
    entries.row_ends.push_back(static_cast<std::int64_t>(entries.columns.size()));
  }
  return entries;
}

Rows write_rows(const std::int64_t *row_ends, std::size_t n_rows, const std::uint32_t *columns,
                const Count *counts, std::size_t n_words) {
  Rows rows;
  std::vector<std::uint8_t> entry(2 * kMaxVarint);
  for (std::size_t row = 0, begin = 0; row < n_rows; ++row) {
    const auto end = static_cast<std::size_t>(row_ends[row]);
    if (row_ends[row] < 0 || end < begin) throw std::invalid_argument("the ends of rows must not descend");
    const auto put = [&](std::uint64_t value) {
      rows.bytes.insert(rows.bytes.end(), entry.data(), put_number(entry.data(), value));
    };
    put(end - begin);
    std::uint64_t next = 0;
    for (; begin < end; ++begin) {
      if (columns[begin] < next || columns[begin] >= n_words)
        throw std::invalid_argument("the columns of a row must ascend and be in the vocabulary");
      if (counts[begin] == 0) throw std::invalid_argument("a count is 0");
      put(columns[begin] - next);
      put(counts[begin]);
      next = columns[begin] + std::uint64_t{1};
    }
    rows.ends.push_back(static_cast<std::int64_t>(rows.bytes.size()));
  }
  return rows;
}

}  // namespace embtrain::counts
