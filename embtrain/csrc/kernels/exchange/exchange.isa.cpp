#include "kernels/exchange/exchange.h"

#include "isa/simd.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

constexpr int64_t kAhead = 4;  // rows

// Rows of `own`, `out` and `summed` follow one another without padding.
EMBTRAIN_INLINE Column load_any(const float *p) {
  Column v;
  std::memcpy(&v, p, sizeof v);
  return v;
}
EMBTRAIN_INLINE void store_any(float *p, Column v) { std::memcpy(p, &v, sizeof v); }

EMBTRAIN_INLINE float sum_lanes(Column v) {
  float sum = 0;
  for (int j = 0; j < kLanes; ++j) sum += v[j];
  return sum;
}

EMBTRAIN_INLINE void fetch(const exchange::Table &table, int64_t row) {
  for (int64_t d = 0; d < table.dim; d += 16) {
    fetch_to_write(table.now + row * table.stride + d);
    fetch_to_write(table.before + row * table.stride + d);
  }
}

void take_changes(const exchange::Table &table, const int64_t *rows, int64_t n, float *own, float *out,
                  float *squares) {
  const int64_t dim = table.dim, whole = dim / kLanes * kLanes;
  for (int64_t i = 0; i < n; ++i, own += dim, out += dim) {
    if (i + kAhead < n) fetch(table, rows[i + kAhead]);
    const float *now = table.now + rows[i] * table.stride, *before = table.before + rows[i] * table.stride;
    Column squared = {};
    for (int64_t d = 0; d < whole; d += kLanes) {
      const Column change = load(now + d) - load(before + d);
      squared += change * change;
      store_any(own + d, change);
      store_any(out + d, change);
    }
    float square = sum_lanes(squared);
    for (int64_t d = whole; d < dim; ++d) {
      const float change = now[d] - before[d];
      square += change * change;
      own[d] = out[d] = change;
    }
    squares[i] = square;
  }
}

EMBTRAIN_INLINE float square_of(const float *row, int64_t dim, int64_t whole) {
  Column squared = {};
  for (int64_t d = 0; d < whole; d += kLanes) squared += load_any(row + d) * load_any(row + d);
  float square = sum_lanes(squared);
  for (int64_t d = whole; d < dim; ++d) square += row[d] * row[d];
  return square;
}

void add_changes(const exchange::Table &table, const int64_t *rows, int64_t n, const float *own,
                 const float *summed, const float *squares, const exchange::Shares &shares) {
  const int64_t dim = table.dim, whole = dim / kLanes * kLanes;
  for (int64_t i = 0; i < n; ++i, own += dim, summed += dim) {
    if (i + kAhead < n) fetch(table, rows[i + kAhead]);
    // |a + b|^2 / (|a|^2 + |b|^2) is 1 at right angles, the number of processes for equal changes.
    const float apart = squares[i] > 1e-30f ? squares[i] : 1e-30f;
    float agreement = (square_of(summed, dim, whole) / apart - 1) / shares.others;
    agreement = agreement > 0 ? agreement < 1 ? agreement : 1 : 0;
    const float share = shares.different[i] + agreement * (shares.equal[i] - shares.different[i]);
    float *now = table.now + rows[i] * table.stride, *before = table.before + rows[i] * table.stride;
    for (int64_t d = 0; d < whole; d += kLanes) {
      const Column change = share * load_any(summed + d);
      store(before + d, load(before + d) + change);
      store(now + d, load(now + d) + (change - load_any(own + d)));
    }
    for (int64_t d = whole; d < dim; ++d) {
      const float change = share * summed[d];
      before[d] += change;
      now[d] += change - own[d];
    }
  }
}

}  // namespace

extern constexpr exchange::Functions exchange_functions = {take_changes, add_changes};

}  // namespace embtrain::EMBTRAIN_SET
