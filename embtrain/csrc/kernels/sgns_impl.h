// The skip-gram kernel. Included by each file in isa/, and compiled there with that instruction set's flags.
//
// All context words of a centre share its negatives (Ji et al. 2016, "Parallelizing Word2Vec in Shared and
// Distributed Memory"), so a window is three small matrix products over rows that stay in registers and the
// first-level cache:
//   scores   S = C O'          C: context rows of the input table, O: centre and negatives of the output
//   table gradient G = lr (label - sigmoid(S)) update   C += G O, O += G'C, both from the rows before the
//   update, in one pass over the columns
// A row that occurs twice in a window is taken once and its gradient counted twice, which is the same sum.
#pragma once
#include <cmath>

#include "kernels/draws.h"
#include "kernels/sgns.h"
#include "kernels/simd.h"

namespace embtrain {
namespace {

// The rows of one window and the loss so far.
struct Window {
  int contexts, outputs;
  bool merged;  // some row counts more than once
  SgnsScratch *scratch;
  int64_t dim, stride;
  float lr;
  // Loss is summed as sum(max(-x, 0)) + log(product(1 + e^-|x|)); the product is taken to the logarithm
  // before it can overflow, every few windows.
  Float8 linear, product;
  int factors;
  double loss;
};
constexpr int kMaxFactors = 100;  // each is at most 2, and float32 holds up to 2^128

static __attribute__((noinline)) void flush_loss(Window &w) {
  double sum = 0;
  for (int j = 0; j < 8; ++j)
    sum += static_cast<double>(w.linear[j]) + std::log(static_cast<double>(w.product[j]));
  w.loss += sum;
  w.linear = splat8(0);
  w.product = splat8(1);
  w.factors = 0;
}

// Multiplies the loss's product by the factors of terms that count more than once, and takes its logarithm
// when due.
static __attribute__((noinline)) void add_repeats(Window &w, Float8 factor, Float8 count) {
  bool any = true;
  for (float repeat = 2; any; repeat += 1) {
    if (w.factors > kMaxFactors) flush_loss(w);
    any = false;
    for (int j = 0; j < 8; ++j) {
      if (count[j] < repeat) continue;
      any = true;
      w.product[j] *= factor[j];
    }
    w.factors += any;
  }
}

// What turns the scores of a block of outputs into gradients: lane j belongs to output j.
struct Lanes {
  Float8 weights;  // how often the output counts, 0 in unused lanes
  Float8 rate;     // learning rate times weights
  Float8 label;    // 1 for the centre
};

EMBTRAIN_INLINE Lanes make_lanes(const Window &w, int block) {
  const Float8 weights = load8(w.scratch->weights + 8 * block), first = {1, 0, 0, 0, 0, 0, 0, 0};
  return {weights, splat8(w.lr) * weights, block == 0 ? first : splat8(0)};
}

// Scores of N outputs against all contexts, two contexts at a time; context i's go to scores[8 i].
template <int N>
EMBTRAIN_INLINE void score_block(const Window &w, float *const *outputs, float *scores) {
  float *const *contexts = w.scratch->contexts;
  int i = 0;
  for (; i + 2 <= w.contexts; i += 2) {
    const float *a = contexts[i], *b = contexts[i + 1];
    Column sum_a[N] = {}, sum_b[N] = {};
    for (int64_t d = 0; d < w.dim; d += kLanes) {
      const Column x = load(a + d), y = load(b + d);
#pragma GCC unroll 8
      for (int j = 0; j < N; ++j) {
        const Column o = load_once(outputs[j] + d);
        sum_a[j] += x * o;
        sum_b[j] += y * o;
      }
    }
    store8(scores + 8 * i, sum_each<N>(sum_a));
    store8(scores + 8 * (i + 1), sum_each<N>(sum_b));
  }
  if (i < w.contexts) {
    Column sum[N] = {};
    for (int64_t d = 0; d < w.dim; d += kLanes) {
      const Column x = load(contexts[i] + d);
#pragma GCC unroll 8
      for (int j = 0; j < N; ++j) sum[j] += x * load(outputs[j] + d);
    }
    store8(scores + 8 * i, sum_each<N>(sum));
  }
}

// Turns the scores of a block into gradients, in place, and adds their loss.
EMBTRAIN_INLINE void gradient_block(Window &w, const Lanes &lanes, float *scores) {
  const Float8 one = splat8(1), zero = splat8(0);
  Float8 linear = w.linear, product = w.product;
  for (int i = 0; i < w.contexts; ++i) {
    const Float8 x = load8(scores + 8 * i), times = splat8(w.scratch->multiplicity[i]);
    const Float8 factor = one + exp_negative(min8(x, -x));
    const Float8 p = one / factor;
    const Float8 sigmoid = x < zero ? one - p : p;
    store8(scores + 8 * i, (lanes.label - sigmoid) * (lanes.rate * times));
    linear += max8(lanes.label > zero ? -x : x, zero) * (lanes.weights * times);
    product *= lanes.weights > zero ? factor : one;
    if (__builtin_expect(++w.factors > kMaxFactors || w.merged, 0)) {
      w.linear = linear;
      w.product = product;
      add_repeats(w, factor, lanes.weights * times);
      linear = w.linear;
      product = w.product;
    }
  }
  w.linear = linear;
  w.product = product;
}

// Adds the gradients of N outputs to both tables. With several blocks of outputs (`Snapshot`), context rows
// as they were before the window are read from `before`; with one block they are the rows themselves.
template <int N, bool Snapshot>
EMBTRAIN_INLINE void update_block(const Window &w, float *const *outputs, const float *gradients,
                                  const float *const *before) {
  float *const *contexts = w.scratch->contexts;
  const int count = w.contexts;
  for (int64_t d = 0; d < w.dim; d += kLanes) {
    Column o[N], sum[N];
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) sum[j] = o[j] = load(outputs[j] + d);
    for (int i = 0; i < count; ++i) {
      const float *g = gradients + 8 * i;
      float *row = contexts[i] + d;
      const Column now = load(row), c = Snapshot ? load(before[i] + d) : now;
      // Two sums instead of one: half as long a chain of dependent additions.
      Column even = now, odd = {};
#pragma GCC unroll 8
      for (int j = 0; j < N; ++j) {
        (j % 2 ? odd : even) += g[j] * o[j];
        sum[j] += g[j] * c;
      }
      store(row, N > 1 ? even + odd : even);
    }
#pragma GCC unroll 8
    for (int j = 0; j < N; ++j) store(outputs[j] + d, sum[j]);
  }
}

#define EMBTRAIN_BY_COUNT(count, call) \
  switch (count) {                     \
    case 1: {                          \
      constexpr int N = 1;             \
      call;                            \
      break;                           \
    }                                  \
    case 2: {                          \
      constexpr int N = 2;             \
      call;                            \
      break;                           \
    }                                  \
    case 3: {                          \
      constexpr int N = 3;             \
      call;                            \
      break;                           \
    }                                  \
    case 4: {                          \
      constexpr int N = 4;             \
      call;                            \
      break;                           \
    }                                  \
    case 5: {                          \
      constexpr int N = 5;             \
      call;                            \
      break;                           \
    }                                  \
    default: {                         \
      constexpr int N = kMaxOutputs;   \
      call;                            \
    }                                  \
  }

EMBTRAIN_INLINE void train_window(Window &w) {
  SgnsScratch &s = *w.scratch;
  const int64_t block_size = 8 * static_cast<int64_t>(w.contexts);
  const int blocks = (w.outputs + kMaxOutputs - 1) / kMaxOutputs;
  for (int b = 0; b < blocks; ++b) {
    const int first = b * kMaxOutputs,
              count = w.outputs - first < kMaxOutputs ? w.outputs - first : kMaxOutputs;
    const Lanes lanes = make_lanes(w, b);
    float *gradients = s.gradients + b * block_size;
    EMBTRAIN_BY_COUNT(count, score_block<N>(w, s.outputs + first, gradients))
    gradient_block(w, lanes, gradients);
  }
  if (blocks == 1) {
    EMBTRAIN_BY_COUNT(w.outputs, (update_block<N, false>(w, s.outputs, s.gradients, nullptr)))
    return;
  }
  for (int i = 0; i < w.contexts; ++i) {
    s.snapshot_rows[i] = s.snapshot + i * w.stride;
    std::memcpy(s.snapshot_rows[i], s.contexts[i], static_cast<size_t>(w.stride) * sizeof(float));
  }
  for (int b = 0; b < blocks; ++b) {
    const int first = b * kMaxOutputs,
              count = w.outputs - first < kMaxOutputs ? w.outputs - first : kMaxOutputs;
    EMBTRAIN_BY_COUNT(
        count, (update_block<N, true>(w, s.outputs + first, s.gradients + b * block_size, s.snapshot_rows)))
  }
}

// Context rows of the kept tokens [low, high] without the centre; equal rows are merged.
EMBTRAIN_INLINE void gather_contexts(const SgnsStep &step, Window &w, int64_t low, int64_t centre,
                                     int64_t high) {
  SgnsScratch &s = *w.scratch;
  const bool repeats = s.repeats[high + 1] != s.repeats[low + 1];
  int count = 0;
  for (int64_t k = low; k <= high; ++k) {
    s.contexts[count] = step.input + static_cast<int64_t>(s.words[k]) * step.stride;
    s.multiplicity[count] = 1;
    count += k != centre;
  }
  w.contexts = count;
  if (!repeats) return;
  int kept = 0;
  for (int i = 0; i < count; ++i) {
    int same = 0;
    while (same < kept && s.contexts[same] != s.contexts[i]) ++same;
    if (same < kept) {
      s.multiplicity[same] += 1;
      w.merged = true;
    } else {
      s.contexts[kept++] = s.contexts[i];
    }
  }
  w.contexts = kept;
}

// Where the weight of an output lies: blocks of kMaxOutputs outputs take 8 cells each.
EMBTRAIN_INLINE int weight_cell(int output) { return output / kMaxOutputs * 8 + output % kMaxOutputs; }

// Output rows: the centre, then its negatives; one equal to the centre is left out, equal ones are merged.
EMBTRAIN_INLINE void gather_outputs(const SgnsStep &step, Window &w, uint32_t centre,
                                    const uint32_t *negatives) {
  SgnsScratch &s = *w.scratch;
  int count = 1;
  for (int block = 0; block * kMaxOutputs <= step.negatives; ++block)
    store8(s.weights + 8 * block, splat8(0));
  s.output_ids[0] = centre;
  s.weights[0] = 1;
  s.outputs[0] = step.output + static_cast<int64_t>(centre) * step.stride;
  for (int k = 0; k < step.negatives; ++k) {
    const uint32_t id = negatives[k];
    int same = 0;
    while (same < count && s.output_ids[same] != id) ++same;
    if (same == 0) continue;
    if (same < count) {
      s.weights[weight_cell(same)] += 1;
      w.merged = true;
    } else {
      s.output_ids[count] = id;
      s.weights[weight_cell(count)] = 1;
      s.outputs[count++] = step.output + static_cast<int64_t>(id) * step.stride;
    }
  }
  w.outputs = count;
}

// Keys of the streams, mixed once a call.
struct Keys {
  uint64_t keep, window;
  uint64_t negative(const SgnsStep &step, int k) const {
    return draws::key(step.seed, step.epoch, draws::kNegative + k);
  }
};

EMBTRAIN_INLINE bool kept(const SgnsStep &step, const Keys &keys, int64_t t) {
  return draws::unit(draws::draw(keys.keep, static_cast<uint64_t>(step.position + t))) <
         step.keep[step.ids[t]];
}

// Collects the kept tokens of [begin, end) in a sentence [first, last), with up to `window` kept ones on each
// side. Returns the number collected; the centres are [left, left + centres).
EMBTRAIN_INLINE int64_t collect(const SgnsStep &step, const Keys &keys, SgnsScratch &s, int64_t first,
                                int64_t begin, int64_t end, int64_t last, int64_t &left, int64_t &centres) {
  left = 0;
  int64_t count = step.window;
  for (int64_t t = begin; t-- > first && left < step.window;)
    if (kept(step, keys, t)) s.words[--count] = step.ids[t], ++left;
  for (int64_t k = 0; k < left; ++k) s.words[k] = s.words[count + k];
  count = left;
  for (int64_t t = begin; t < end; ++t) {
    s.words[count] = step.ids[t];
    s.positions[count] = step.position + t;
    count += kept(step, keys, t);
  }
  centres = count - left;
  for (int64_t t = end, right = 0; t < last && right < step.window; ++t)
    if (kept(step, keys, t)) s.words[count++] = step.ids[t], ++right;
  // Prefix count of tokens that repeat one of the 2 * window before them (rounded up to 8, so it may say too
  // many).
  s.repeats[0] = 0;
  for (int64_t k = 0; k < count; ++k) {
    bool any = false;
    for (int back = 8; back < 2 * step.window + 8; back += 8)
      any |= any_equal8(s.words + k - back, s.words[k]);
    s.repeats[k + 1] = s.repeats[k] + any;
  }
  return count;
}

// Draws windows and negatives of `n` centres from `first` on. Alias cells are fetched while the other draws
// are made.
EMBTRAIN_INLINE void draw_batch(const SgnsStep &step, const Keys &keys, const uint64_t *negative_keys,
                                SgnsScratch &s, int64_t first, int64_t n, bool &bad) {
  const int K = step.negatives;
  for (int64_t c = 0; c < n; ++c) {
    const uint64_t position = static_cast<uint64_t>(s.positions[first + c]);
    s.windows[c] =
        1 + static_cast<int32_t>(
                draws::scaled(draws::draw(keys.window, position), static_cast<uint64_t>(step.window)) >> 32);
    for (int k = 0; k < K; ++k) {
      const uint64_t d =
          draws::scaled(draws::draw(negative_keys[k], position), static_cast<uint64_t>(step.rows));
      s.draws[c * K + k] = d;
      __builtin_prefetch(step.alias + (d >> 32));
    }
  }
  for (int64_t k = 0; k < n * K; ++k) {
    const uint64_t cell = step.alias[s.draws[k] >> 32];
    const uint32_t own = static_cast<uint32_t>(s.draws[k] >> 32), other = static_cast<uint32_t>(cell);
    uint32_t id = static_cast<uint32_t>(s.draws[k]) < (cell >> 32) ? own : other;
    if (id >= static_cast<uint64_t>(step.rows)) bad = true, id = 0;
    s.negatives[k] = id;
  }
}

EMBTRAIN_INLINE void prefetch_row(const float *row, int64_t dim) {
  for (int64_t d = 0; d < dim; d += 16) __builtin_prefetch(row + d, 1);
}

EMBTRAIN_INLINE float rate_at(const SgnsStep &step, int64_t position) {
  const int64_t block = position / kRateBlock * kRateBlock;
  const double done =
      static_cast<double>(step.corpus_tokens) * static_cast<double>(step.epoch) + static_cast<double>(block);
  const double share =
      1 - done / (static_cast<double>(step.corpus_tokens) * static_cast<double>(step.epochs));
  return static_cast<float>(step.lr * (share > 1e-4 ? share : 1e-4));
}

// Tokens [begin, end) of one sentence [first, last).
EMBTRAIN_INLINE void train_part(const SgnsStep &step, const Keys &keys, const uint64_t *negative_keys,
                                int64_t first, int64_t begin, int64_t end, int64_t last, Window &w,
                                SgnsCounters &counters) {
  SgnsScratch &s = *w.scratch;
  int64_t left, centres;
  const int64_t count = collect(step, keys, s, first, begin, end, last, left, centres);
  counters.words += end - begin;
  counters.kept += centres;
  int64_t rate_block = -1;
  for (int64_t batch = 0; batch < centres; batch += kDrawBatch) {
    const int64_t n = centres - batch < kDrawBatch ? centres - batch : kDrawBatch;
    draw_batch(step, keys, negative_keys, s, left + batch, n, counters.bad_alias);
    for (int64_t c = 0; c < n; ++c) {
      const int64_t centre = left + batch + c;
      if (c + 2 < n) {
        const uint32_t *ahead = s.negatives + (c + 2) * step.negatives;
        for (int k = 0; k < step.negatives; ++k) prefetch_row(step.output + ahead[k] * step.stride, w.dim);
        prefetch_row(step.output + s.words[centre + 2] * step.stride, w.dim);
      }
      if (centre + step.window + 2 < count)
        prefetch_row(step.input + s.words[centre + step.window + 2] * step.stride, w.dim);
      const int64_t low = centre - s.windows[c] > 0 ? centre - s.windows[c] : 0;
      const int64_t high = centre + s.windows[c] < count ? centre + s.windows[c] : count - 1;
      if (low == high) continue;
      if (s.positions[centre] / kRateBlock != rate_block) {
        rate_block = s.positions[centre] / kRateBlock;
        w.lr = rate_at(step, s.positions[centre]);
      }
      w.merged = false;
      gather_outputs(step, w, s.words[centre], s.negatives + c * step.negatives);
      gather_contexts(step, w, low, centre, high);
      counters.pairs += high - low;
      train_window(w);
    }
  }
}

void sgns_range(const SgnsStep &step, int64_t begin, int64_t end, SgnsScratch &scratch,
                SgnsCounters &counters) {
  const Keys keys = {draws::key(step.seed, step.epoch, draws::kKeep),
                     draws::key(step.seed, step.epoch, draws::kWindow)};
  for (int k = 0; k < step.negatives; ++k) scratch.keys[k] = keys.negative(step, k);
  Window w = {};
  w.scratch = &scratch;
  w.dim = step.dim;
  w.stride = step.stride;
  w.product = splat8(1);
  int64_t low = 0, high = step.n_sentences;  // the sentence that holds `begin`
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (step.sentences[middle] <= begin ? low : high) = middle;
  }
  for (int64_t k = low; k < step.n_sentences && step.sentences[k] < end; ++k) {
    const int64_t first = step.sentences[k], last = step.sentences[k + 1];
    const int64_t from = first > begin ? first : begin, to = last < end ? last : end;
    if (from < to) train_part(step, keys, scratch.keys, first, from, to, last, w, counters);
  }
  flush_loss(w);
  counters.loss += w.loss;
}

}  // namespace
}  // namespace embtrain
