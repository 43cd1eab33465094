// Training on a tile of co-occurrence records.
#include <cmath>

#include "isa/simd.h"
#include "kernels/glove/glove_step.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

constexpr int kAtOnce = 8;          // records whose logarithms and weights are computed together
constexpr int64_t kAhead = 6;       // records whose rows are fetched before they are needed
constexpr float kDiverged = 1e15f;  // from here on squares would overflow
constexpr double kLossUnits = 0x1p24;

typedef int32_t Whole __attribute__((vector_size(kLanes * 4), may_alias));

EMBTRAIN_INLINE Column splat(float x) { return Column{} + x; }

// 1 / sqrt(x) for normal x > 0, to 2.5e-5: the exponent halved by an integer subtraction (Lomont 2003, "Fast
// inverse square root") and one step of Householder's method of third order, whose three constants and the
// subtrahend have the smallest largest error. The processors' own estimates differ from maker to maker, and
// with them every vector would.
EMBTRAIN_INLINE Column inverse_root(Column x) {
  const Whole bits = (Whole{} + 0x5F370908) - (reinterpret_cast<Whole>(x) >> 1);
  const Column y = reinterpret_cast<Column>(bits), h = x * y * y;
  return y * (splat(1.8796638f) - h * (splat(1.2582656f) - h * splat(0.37859842f)));
}

// log x for normal x > 0: Cephes' polynomial, error under 1e-7 of the larger of the result and 1.
EMBTRAIN_INLINE Float8 log_positive(Float8 x) {
  const Int8 bits = reinterpret_cast<Int8>(x);
  const Int8 one = Int8{} + 0x3F3504F3;  // sqrt(1 / 2)
  const Int8 exponent = (bits - one) >> 23;
  const Float8 f = reinterpret_cast<Float8>(bits - (exponent << 23)) - splat8(1.0f);
  const Float8 e = __builtin_convertvector(exponent, Float8), z = f * f;
  Float8 p = splat8(7.0376836292e-2f);
  p = p * f + splat8(-1.1514610310e-1f);
  p = p * f + splat8(1.1676998740e-1f);
  p = p * f + splat8(-1.2420140846e-1f);
  p = p * f + splat8(1.4249322787e-1f);
  p = p * f + splat8(-1.6668057665e-1f);
  p = p * f + splat8(2.0000714765e-1f);
  p = p * f + splat8(-2.4999993993e-1f);
  p = p * f + splat8(3.3333331174e-1f);
  const Float8 y = p * f * z + e * splat8(-2.12194440e-4f) - z * splat8(0.5f);
  return f + y + e * splat8(0.693359375f);
}

EMBTRAIN_INLINE float *row_of(float *table, const GloveStep &step, int32_t row) {
  return table + static_cast<int64_t>(row) * step.stride;
}

struct Rows {
  float *word, *context;
};

EMBTRAIN_INLINE Rows rows_of(const GloveStep &step, const int32_t *record) {
  return {row_of(step.words, step, record[0]), row_of(step.contexts, step, record[1])};
}

EMBTRAIN_INLINE float product(Rows rows, int64_t n) {
  Column sum = {};
  for (int64_t d = 0; d < n; d += kLanes) sum += load(rows.word + d) * load(rows.context + d);
  return sum_each<1>(&sum)[0];
}

// Lanes d, d + 1, ... of `update`.
EMBTRAIN_INLINE void update_lanes(Rows now, Rows next, int64_t half, int64_t d, Column rate, Column &sum) {
  float *a = now.word + d, *b = now.context + d;
  const Column x = load_once(a), y = load_once(b), gx = load_once(a + half), gy = load_once(b + half);
  const Column tx = rate * y, ty = rate * x;
  store(a, x - tx * inverse_root(gx));
  store(b, y - ty * inverse_root(gy));
  store(a + half, gx + tx * tx);
  store(b + half, gy + ty * ty);
  sum += load(next.word + d) * load(next.context + d);
}

// Both rows from what they were before: w -= t / sqrt(G), G += t^2, where t is the rate times the gradient.
// Returns the product of the next record's rows after that, which may be the same ones: taken on the way, it
// costs no pass of its own.
EMBTRAIN_INLINE float update(Rows now, Rows next, int64_t half, int64_t n, float rate) {
  Column sums[2] = {};
  int64_t d = 0;
  for (; d + 2 * kLanes <= n; d += 2 * kLanes)
    for (int k = 0; k < 2; ++k) update_lanes(now, next, half, d + k * kLanes, splat(rate), sums[k]);
  if (d < n) update_lanes(now, next, half, d, splat(rate), sums[0]);
  const Column sum = sums[0] + sums[1];
  return sum_each<1>(&sum)[0];
}

// Walks over the records of a tile in their order.
struct Walk {
  const GloveTileOrder &order;
  int64_t at;  // from the tile's first record

  Walk(const GloveTileOrder &o, int64_t steps)
      : order(o), at((o.start + (o.backwards ? o.n - steps % o.n : steps)) % o.n) {}
  int64_t next() {
    const int64_t here = order.begin + at;
    if (order.backwards)
      at = (at ? at : order.n) - 1;
    else if (++at == order.n)
      at = 0;
    return here;
  }
};

EMBTRAIN_INLINE void fetch_row(const float *row, int64_t length) {
  for (int64_t d = 0; d < length; d += 16) fetch_own(row + d);
}

void train_tile(const GloveStep &step, const GloveTileOrder &order, GloveCounters &counters) {
  const int64_t half = step.stride / 2;
  const int64_t n_used = (step.dim + 2 + kLanes - 1) / kLanes * kLanes;  // the rest of a half is zeros
  double loss = 0;
  Walk walk(order, 0), ahead(order, kAhead);
  int32_t fetched = -1;
  int64_t at[kAtOnce + 1] = {walk.next()};
  Rows rows = rows_of(step, step.records + 3 * at[0]);
  float product_now = product(rows, n_used);
  for (int64_t done = 0; done < order.n; done += kAtOnce) {
    const int64_t n = order.n - done < kAtOnce ? order.n - done : kAtOnce;
    alignas(32) float count[kAtOnce] = {1, 1, 1, 1, 1, 1, 1, 1}, logs[kAtOnce], weights[kAtOnce];
    for (int64_t k = 0; k < n; ++k) {
      std::memcpy(&count[k], step.records + 3 * at[k] + 2, sizeof count[k]);
      at[k + 1] = walk.next();
    }
    const Float8 log = log_positive(load8(count));
    store8(logs, log);
    store8(weights, exp_negative(min8(splat8(step.exponent) * (log - splat8(step.log_x_max)), splat8(0))));
    for (int64_t k = 0; k < n; ++k) {
      const int32_t *later = step.records + 3 * ahead.next();
      if (later[0] != fetched) fetch_row(row_of(step.words, step, fetched = later[0]), step.stride);
      fetch_row(row_of(step.contexts, step, later[1]), step.stride);
      const float error = product_now - logs[k], weighted = weights[k] * error;
      if (!(std::fabs(error) < kDiverged)) {
        counters.diverged = at[k];
        return;
      }
      loss += 0.5 * static_cast<double>(weighted) * static_cast<double>(error);
      const Rows next = rows_of(step, step.records + 3 * at[k + 1]);
      product_now = update(rows, next, half, n_used, weighted * step.rate);
      rows = next;
    }
    at[0] = at[n];
  }
  counters.records += order.n;
  counters.loss += std::nearbyint(loss * kLossUnits) / kLossUnits;
}

}  // namespace

extern constexpr GloveTile glove_tile = train_tile;

}  // namespace embtrain::EMBTRAIN_SET
