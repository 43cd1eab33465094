// Training on a tile of co-occurrence records.
#include <cmath>

#include "isa/simd.h"
#include "kernels/glove/glove_step.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

constexpr int kAtOnce = 8;          // records whose logarithms and weights are computed together
constexpr int64_t kAhead = 6;       // records whose rows are fetched before they are needed
constexpr int64_t kFar = 32;        // records that are fetched themselves
constexpr float kDiverged = 1e15f;  // from here on squares would overflow
constexpr double kLossUnits = 0x1p24;

typedef int32_t Whole __attribute__((vector_size(kLanes * 4), may_alias));

EMBTRAIN_INLINE Column splat(float x) { return Column{} + x; }

// 1 / sqrt(x) for normal x > 0, to 6e-7: the exponent halved by an integer subtraction and two steps of
// Newton's, with the constants of Moroz et al. 2018, "Fast calculation of inverse square root with the use of
// magic constant". The processors' own estimates are faster, but differ from maker to maker, and with them
// every vector.
EMBTRAIN_INLINE Column inverse_root(Column x) {
  const Column half = x * splat(0.5f);
  const Whole bits = (Whole{} + 0x5F376908) - (reinterpret_cast<Whole>(x) >> 1);
  Column y = reinterpret_cast<Column>(bits);
  y *= splat(1.50087896f) - half * y * y;
  y *= splat(1.50000057f) - half * y * y;
  return y;
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

EMBTRAIN_INLINE float product(const float *a, const float *b, int64_t half) {
  Column sums[4] = {};
  int64_t d = 0;
  for (; d + 4 * kLanes <= half; d += 4 * kLanes)
    for (int k = 0; k < 4; ++k) sums[k] += load(a + d + k * kLanes) * load(b + d + k * kLanes);
  for (; d < half; d += kLanes) sums[0] += load(a + d) * load(b + d);
  const Column sum = (sums[0] + sums[1]) + (sums[2] + sums[3]);
  return sum_each<1>(&sum)[0];
}

// Both rows from what they were before: w -= t / sqrt(G), G += t^2, where t is the rate times the gradient.
EMBTRAIN_INLINE void update(float *a, float *b, int64_t half, float rate) {
  const Column r = splat(rate);
  for (int64_t d = 0; d < half; d += kLanes) {
    const Column x = load_once(a + d), y = load_once(b + d), gx = load_once(a + half + d),
                 gy = load_once(b + half + d);
    const Column tx = r * y, ty = r * x;
    store(a + d, x - tx * inverse_root(gx));
    store(b + d, y - ty * inverse_root(gy));
    store(a + half + d, gx + tx * tx);
    store(b + half + d, gy + ty * ty);
  }
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
  double loss = 0;
  Walk now(order, 0), ahead(order, kAhead);
  int32_t fetched = -1;
  for (int64_t done = 0; done < order.n; done += kAtOnce) {
    const int64_t n = order.n - done < kAtOnce ? order.n - done : kAtOnce;
    alignas(32) float count[kAtOnce] = {1, 1, 1, 1, 1, 1, 1, 1}, logs[kAtOnce], weights[kAtOnce];
    int64_t at[kAtOnce];
    for (int64_t k = 0; k < n; ++k) {
      at[k] = now.next();
      std::memcpy(&count[k], step.records + 3 * at[k] + 2, sizeof count[k]);
    }
    const Float8 log = log_positive(load8(count));
    store8(logs, log);
    store8(weights, exp_negative(min8(splat8(step.exponent) * (log - splat8(step.log_x_max)), splat8(0))));
    for (int64_t k = 0; k < n; ++k) {
      const int32_t *later = step.records + 3 * ahead.next();
      if (later[0] != fetched) fetch_row(row_of(step.words, step, fetched = later[0]), step.stride);
      fetch_row(row_of(step.contexts, step, later[1]), step.stride);
      const int32_t *record = step.records + 3 * at[k];
      float *word = row_of(step.words, step, record[0]), *context = row_of(step.contexts, step, record[1]);
      const float error = product(word, context, half) - logs[k], weighted = weights[k] * error;
      if (!(std::fabs(error) < kDiverged)) {
        counters.diverged = at[k];
        return;
      }
      loss += 0.5 * static_cast<double>(weighted) * static_cast<double>(error);
      update(word, context, half, weighted * step.rate);
    }
  }
  counters.records += order.n;
  counters.loss += std::nearbyint(loss * kLossUnits) / kLossUnits;
}

}  // namespace

extern constexpr GloveTile glove_tile = train_tile;

}  // namespace embtrain::EMBTRAIN_SET
