// Memory for the embedding tables.
#pragma once
#include <cstdint>

namespace embtrain {

// Zeroed memory for `floats` floats, aligned for huge pages, which it requests: rows are accessed at random,
// and small pages would cost an address look-up for nearly every row. Throws std::bad_alloc. Released by
// free_table.
float *allocate_table(int64_t floats);
void free_table(float *table, int64_t floats);

// Fills columns [0, dim) of every row with uniform values in [-0.5 / dim, 0.5 / dim), a function of (seed,
// row, column).
void fill_initial(float *table, int64_t rows, int64_t stride, int64_t dim, uint64_t seed);

}  // namespace embtrain
