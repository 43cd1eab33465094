// Adds up matrices of counts, a range of rows at a time.
#pragma once
#include <cstdint>
#include <vector>

#include "counts/rows.h"

namespace embtrain::counts {

// Returns the sum of the same n_rows rows of several parts, in a matrix of n_words columns. Throws
// std::invalid_argument for invalid bytes, std::overflow_error if a sum does not fit in 64 bits.
Rows sum_rows(const std::vector<RowsView> &parts, std::size_t n_rows, std::size_t n_words, int threads);

// Checks rows, and returns the number of their entries. Throws std::invalid_argument for invalid bytes.
std::uint64_t count_entries(const RowsView &rows, std::size_t n_words, int threads);

// Decoded rows.
struct Entries {
  std::vector<std::int64_t> row_ends;  // [n_rows], in entries
  std::vector<std::uint32_t> columns;
  std::vector<Count> counts;
};

// Decodes all rows in the bytes. Throws std::invalid_argument for invalid bytes.
Entries read_rows(const std::uint8_t *bytes, std::size_t n_bytes, std::uint64_t n_columns);

// Encodes n_rows rows whose entries end at `row_ends`. Throws std::invalid_argument if columns do not ascend
// or are outside the vocabulary, or a count is 0.
Rows write_rows(const std::int64_t *row_ends, std::size_t n_rows, const std::uint32_t *columns,
                const Count *counts, std::size_t n_words);

}  // namespace embtrain::counts
