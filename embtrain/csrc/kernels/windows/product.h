// Small matrix products over rows that stay in registers and the first-level cache. Included by *.isa.cpp
// files only (isa.h).
//
// Rows C (R of them) and columns O are rows of the tables; with P how often a pair is positive and T how
// often it occurs at all:
//   scores     X = C O'
//   gradients  G = lr (P - T sigmoid(X))
//   update     C += G O, O += G'C, both from the rows before the update, in one pass over the dimensions
#pragma once
#include <cmath>

#include "isa/simd.h"
#include "kernels/windows/window_step.h"

namespace embtrain {
namespace {

constexpr int kMaxAhead = 24, kMaxBagsAhead = 96;

// One product and the loss so far.
struct Product {
  int rows, columns;
  Scratch *scratch;
  int64_t dim, stride;
  float lr;
  const float *ahead[kMaxAhead];  // rows that will be needed soon
  int n_ahead;
  const float *bags_ahead[kMaxBagsAhead];  // rows of bags that will be
  int n_bags_ahead;
  Float8 recent_loss;
  double loss;

  int blocks() const { return (columns + kMaxColumns - 1) / kMaxColumns; }
  int block_size(int b) const {
    const int left = columns - b * kMaxColumns;
    return left < kMaxColumns ? left : kMaxColumns;
  }
};

// Fetches the part of the rows in `ahead` that is due before pair `part` of the rows. The prefetches are
// spread over the work, because a burst would fill the queue of outstanding misses and stall the work.
EMBTRAIN_INLINE void fetch_ahead(const Product &w, int part) {
  const int parts = (w.rows + 1) / 2;
  const auto fetch_part = [&](const float *const *rows, int n, auto fetch) {
    const int each = (n + parts - 1) / parts, first = part * each, last = first + each < n ? first + each : n;
    for (int k = first; k < last; ++k)
      for (int64_t d = 0; d < w.dim; d += 16) fetch(rows[k] + d);
  };
  fetch_part(w.ahead, w.n_ahead, fetch_to_write);
  if (w.n_bags_ahead) fetch_part(w.bags_ahead, w.n_bags_ahead, fetch_nearer);
}

// Loss is summed in units of 2^-24, which add up without rounding, in any order.
constexpr double kLossUnits = 0x1p24;

static void flush_loss(Product &w) {
  double sum = 0;
  for (int j = 0; j < 8; ++j) sum += static_cast<double>(w.recent_loss[j]);
  w.loss += std::nearbyint(sum * kLossUnits) / kLossUnits;
  w.recent_loss = splat8(0);
}

// Scores of N columns against R rows; row i's go to scores[8 i]. 8 sums keep both multipliers busy and leave
// registers for rows and columns.
template <int R, int N>
EMBTRAIN_INLINE void score_tile(const Product &w, float *const *rows, float *const *columns, float *scores) {
  Column sum[R][8] = {};
  for (int64_t d = 0; d < w.dim; d += kLanes) {
    Column x[R];
    for (int i = 0; i < R; ++i) x[i] = load_once(rows[i] + d);
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) {
      const Column o = R > 1 ? load_once(columns[j] + d) : load(columns[j] + d);
      for (int i = 0; i < R; ++i) sum[i][j] += x[i] * o;
    }
  }
  for (int i = 0; i < R; ++i) {
    store4(scores + 8 * i, sum_each<(N < 4 ? N : 4)>(sum[i]));
    if constexpr (N > 4) store4(scores + 8 * i + 4, sum_each<N - 4>(sum[i] + 4));
  }
}

// Scores of N columns against all rows; row i's go to scores[8 i], unused cells are 0.
template <int N>
EMBTRAIN_INLINE void score_block(const Product &w, float *const *columns, float *scores) {
  constexpr int kWide = kRegisters / 4;
  constexpr int kLeft = N < kWide ? N : kWide;
  float *const *rows = w.scratch->rows;
  int i = 0;
  for (; i + 2 <= w.rows; i += 2) {
    fetch_ahead(w, i / 2);
    score_tile<2, kLeft>(w, rows + i, columns, scores + 8 * i);
    if constexpr (N > kWide)
      score_tile<2, N - kWide>(w, rows + i, columns + kWide, scores + 8 * i + kWide);
    else if constexpr (N <= 4)
      for (int k = i; k < i + 2; ++k) store4(scores + 8 * k + 4, Float4{});
  }
  if (i < w.rows) {
    fetch_ahead(w, i / 2);
    if constexpr (N <= 4) store4(scores + 8 * i + 4, Float4{});
    score_tile<1, N>(w, rows + i, columns, scores + 8 * i);
  }
}

// Turns the scores of a block into gradients, in place, and adds their loss. G centres, each with its own
// positive column and masked negatives, share the block.
template <int G>
EMBTRAIN_INLINE void gradient_block(Product &w, const float *positive, const float *total, float *scores) {
  const Float8 one = splat8(1), zero = splat8(0), lr = splat8(w.lr);
  const int64_t centre_cells = 8 * w.blocks();
  Float8 own[G], all[G], loss = w.recent_loss;
#pragma GCC unroll 4
  for (int g = 0; g < G; ++g) {
    own[g] = load8(positive + g * centre_cells);
    all[g] = load8(total + g * centre_cells);
  }
  for (int i = 0; i < w.rows; ++i) {
    const float *member = w.scratch->members + i * kMaxGroup;
    Float8 p = zero, t = zero;
#pragma GCC unroll 4
    for (int g = 0; g < G; ++g) {
      p += splat8(member[g]) * own[g];
      t += splat8(member[g]) * all[g];
    }
    const Float8 x = load8(scores + 8 * i), e = exp_negative(min8(x, -x)), share = one / (one + e);
    const Float8 sigmoid = x < zero ? one - share : share;
    store8(scores + 8 * i, lr * (p - t * sigmoid));
    // softplus(-x) for the positive ones, softplus(x) for the others.
    loss += t * (log1p_unit(e) + max8(x, zero)) - p * x;
  }
  w.recent_loss = loss;
}

// Adds the gradients of N columns to both sides. With `Before`, rows as they were before the group are read
// from `before`, else they are the rows themselves.
template <int N, bool Before>
EMBTRAIN_INLINE void update_block(const Product &w, float *const *columns, const float *gradients,
                                  const float *const *before) {
  float *const *rows = w.scratch->rows;
  const int count = w.rows;
  // N sums, the columns and four temporaries in registers: columns that do not fit are read again.
  constexpr int kRoom = kRegisters - 4 - N, kHeld = kRoom < N ? kRoom : N;
  for (int64_t d = 0; d < w.dim; d += kLanes) {
    Column o[N], sum[N];
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) sum[j] = o[j] = load(columns[j] + d);
    for (int i = 0; i < count; ++i) {
      const float *g = gradients + 8 * i;
      float *row = rows[i] + d;
      const Column now = load(row), c = Before ? load(before[i] + d) : now;
      // Two sums instead of one halve the chain of dependent additions.
      Column even = now, odd = {};
#pragma GCC unroll 8
      for (int j = 0; j < N; ++j) {
        (j % 2 ? odd : even) += g[j] * (j < kHeld ? o[j] : load(columns[j] + d));
        sum[j] += g[j] * c;
      }
      store(row, N > 1 ? even + odd : even);
    }
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) store(columns[j] + d, sum[j]);
  }
}

#define EMBTRAIN_CASE(n, call) \
  case n: {                    \
    constexpr int N = n;       \
    call;                      \
    break;                     \
  }
#define EMBTRAIN_BY_COUNT(count, call) \
  switch (count) {                     \
    EMBTRAIN_CASE(1, call)             \
    EMBTRAIN_CASE(2, call)             \
    EMBTRAIN_CASE(3, call)             \
    EMBTRAIN_CASE(4, call)             \
    EMBTRAIN_CASE(5, call)             \
    EMBTRAIN_CASE(6, call)             \
    EMBTRAIN_CASE(7, call)             \
    default:                           \
      EMBTRAIN_CASE(8, call)           \
  }

template <int G>
EMBTRAIN_INLINE void make_gradients(Product &w) {
  Scratch &s = *w.scratch;
  for (int b = 0; b < w.blocks(); ++b) {
    float *gradients = s.gradients + b * 8 * w.rows, *const *columns = s.columns + b * kMaxColumns;
    EMBTRAIN_BY_COUNT(w.block_size(b), score_block<N>(w, columns, gradients))
    gradient_block<G>(w, s.positive + 8 * b, s.total + 8 * b, gradients);
  }
}

// Adds the gradients to both sides; `before` holds the rows as they were, if `rows` may differ from them.
EMBTRAIN_INLINE void update(Product &w, const float *const *before) {
  Scratch &s = *w.scratch;
  for (int b = 0; b < w.blocks(); ++b) {
    float *gradients = s.gradients + b * 8 * w.rows, *const *columns = s.columns + b * kMaxColumns;
    EMBTRAIN_BY_COUNT(w.block_size(b), (update_block<N, true>(w, columns, gradients, before)))
  }
}

// Trains rows and columns on each other. Not inlined: a call costs nothing beside a product, and a build
// would otherwise compile it once for each kind of input rows.
template <int G>
static __attribute__((noinline)) void train_product(Product &w) {
  Scratch &s = *w.scratch;
  make_gradients<G>(w);
  if (w.columns <= kMaxColumns) {
    EMBTRAIN_BY_COUNT(w.columns, (update_block<N, false>(w, s.columns, s.gradients, nullptr)))
    return;
  }
  for (int i = 0; i < w.rows; ++i) {
    s.before_rows[i] = s.before + i * w.stride;
    std::memcpy(s.before_rows[i], s.rows[i], static_cast<size_t>(w.stride) * sizeof(float));
  }
  update(w, s.before_rows);
}

}  // namespace
}  // namespace embtrain
