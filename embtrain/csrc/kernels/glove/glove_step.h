// One step of GloVe; embtrain/ops/glove/schema.py is the contract.
#pragma once
#include <cstdint>

#include "kernels/step.h"

namespace embtrain {

// A table's row holds two halves of stride / 2 floats: the vector, the row's own bias and a 1 that meets the
// other table's bias; then AdaGrad's sum for each of them. A product of two rows contains both biases.
struct GloveStep : Step {
  float *words, *contexts;
  const int32_t *records;  // [3 n]: row, column, bits of the count
  int64_t n_records;
  const int64_t *tiles;  // [n_tiles + 1] where tiles begin
  int64_t n_tiles;
  const int64_t *rounds;  // [n_rounds + 1] tiles of a round share no row and no column
  int64_t n_rounds;
  float rate, log_x_max, exponent;
};

struct GloveCounters {
  int64_t records = 0;
  double loss = 0;
  int64_t diverged = -1;  // the record whose error is no longer a number; the tile is left there
};

// Records [begin, begin + n) of a tile, from `start` on and round, one way or the other.
struct GloveTileOrder {
  int64_t begin, n, start;
  bool backwards;
};

using GloveTile = void (*)(const GloveStep &, const GloveTileOrder &, GloveCounters &);

}  // namespace embtrain
