#include "counts/sum.h"

#include <algorithm>

#include "counts/row_sum.h"
#include "counts/workers.h"

namespace embtrain::counts {
namespace {

void add_row(const Part &part, std::size_t row, RowSum &sum) {
  RowReader reader = part.rows.row(row);
  if (reader.done()) return;
  reader.row(part.n_columns, [&](std::uint32_t column, Count count) {
    sum.add(part.columns ? part.columns[column] : column, count);
  });
  if (!reader.done()) throw std::invalid_argument("bytes follow the end of a row");
}

}  // namespace

Rows sum_rows(const std::vector<Part> &parts, std::size_t n_rows, std::size_t n_words, int threads) {
  const auto pieces = static_cast<std::size_t>(threads) * 4;
  std::vector<Rows> made(std::min(pieces, n_rows));
  run_workers(threads, made.size(), [&](std::size_t k) {
    RowSum sum(n_words);
    const std::size_t begin = n_rows * k / made.size(), end = n_rows * (k + 1) / made.size();
    for (std::size_t row = begin; row < end; ++row) {
      for (const Part &part : parts) add_row(part, row, sum);
      sum.write(made[k]);
    }
  });
  return join(made);
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
