// The rows that processes exchange: taking their changes, and adding those of all processes. The rule is in
// embtrain/training/group/schedule.py.
#pragma once
#include <cstdint>

namespace embtrain::exchange {

// A table of one process, and its rows as they were after their last exchange: both [rows, stride].
struct Table {
  float *now, *before;
  int64_t stride, dim;
};

// How much of a row's change counts, each [n].
struct Shares {
  const float *equal, *different;
  float others;  // processes but this one
};

struct Functions {
  // Writes the changes of n rows to `own` and `out`, [n, dim] each, and the squares of their lengths to
  // `squares`.
  void (*take)(const Table &table, const int64_t *rows, int64_t n, float *own, float *out, float *squares);
  // Adds the share of `summed` that counts to the rows, in place of their own changes.
  void (*add)(const Table &table, const int64_t *rows, int64_t n, const float *own, const float *summed,
              const float *squares, const Shares &shares);
};

// Those of the instruction set in use. Throws isa::Unavailable.
const Functions &functions();

}  // namespace embtrain::exchange
