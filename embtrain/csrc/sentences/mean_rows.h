// Weighted means of rows of a table.
#pragma once
#include <cstddef>
#include <cstdint>

namespace embtrain::sentences {

// float32 rows, `stride` floats apart.
struct Table {
  const float *data;
  std::int64_t n_rows;
  std::int64_t stride;
};

// Lists of rows: list i is rows[ends[i] .. ends[i + 1]), and so are its weights, or null for equal weights.
struct Lists {
  const std::int64_t *rows;
  const double *weights;
  const std::int64_t *ends;
  std::int64_t n;
};

// out[i] becomes the sum of weight times row over list i, divided by the number of its rows, and counts[i]
// this number. Negative rows are left out; row table.n_rows + i is row i of `more`. The sum is in float64, in
// the order of the list. A list without rows leaves out[i] as it is.
//
// Rows and ends must have been checked: check_lists.
void mean_rows(const Table &table, const Table &more, const Lists &lists, std::int64_t dim, float *out,
               std::int64_t *counts, int threads);

// Throws std::invalid_argument if ends decrease or leave [0, n_entries], or a row is n_rows or more.
void check_lists(const Lists &lists, std::int64_t n_entries, std::int64_t n_rows);

}  // namespace embtrain::sentences
