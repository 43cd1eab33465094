// Walks through a block of tokens, in the same way for every objective: subsampling, windows, draws, groups.
//
// `group` consecutive kept centres of a part (a sentence, cut where the corpus position is a multiple of
// kChunkTokens) share their negatives (Ji et al. 2016, "Parallelizing Word2Vec in Shared and Distributed
// Memory", share them in a window; Rengasamy et al. 2017 between windows), so that a group is one product of
// a few rows that are in the cache. An objective is a struct with
//   kGroup                        centres of a full group
//   reach(step, bits)             how many kept tokens on each side are a centre's context, at most `window`;
//                                 from a draw of the centre
//   Input                         how a token's row is found (input_rows.h)
//   train(step, product, group, input)   trains on one group, whose columns are ready, and returns its
//                                 positive pairs
#pragma once
#include "draws/draws.h"
#include "kernels/windows/input_rows.h"

namespace embtrain {
namespace {

// Consecutive centres [first, first + size) and their windows, by index into Scratch::words.
struct Group {
  int64_t first, low[kMaxGroup], high[kMaxGroup];  // windows include both ends, and the centre
  int size;

  bool empty() const { return low[0] == high[0] && low[size - 1] == high[size - 1]; }
};

// Keys of the streams, mixed once a call.
struct Keys {
  uint64_t keep, window;
  uint64_t negative(const WindowStep &step, int k) const {
    return draws::key(step.seed, step.epoch, draws::kNegative + k);
  }
};

EMBTRAIN_INLINE bool kept(const WindowStep &step, const Keys &keys, int64_t t) {
  return draws::unit(draws::draw(keys.keep, static_cast<uint64_t>(step.position + t))) <
         step.keep[step.ids[t]];
}

// Collects the kept tokens of [begin, end) in a sentence [first, last), with up to `window` kept ones on each
// side. Returns the number collected; the centres are [left, left + centres).
EMBTRAIN_INLINE int64_t collect(const WindowStep &step, const Keys &keys, Scratch &s, int64_t first,
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
  // Prefix count of tokens that repeat one of those before them that a group can reach (rounded up to 8, so
  // it may count too many).
  s.repeats[0] = 0;
  for (int64_t k = 0; k < count; ++k) {
    bool any = false;
    for (int back = 8; back < 2 * step.window + kMaxGroup + 8; back += 8)
      any |= any_equal8(s.words + k - back, s.words[k]);
    s.repeats[k + 1] = s.repeats[k] + any;
  }
  return count;
}

// The reach of objectives that draw it: uniform from 1 to `window`, or always `window`, without a branch.
struct DrawnReach {
  EMBTRAIN_INLINE int32_t reach(const WindowStep &step, uint64_t bits) {
    return step.least_reach +
           static_cast<int32_t>(draws::scaled(bits, static_cast<uint64_t>(step.reaches)) >> 32);
  }
};

// Draws the windows of `n` centres from `first` on and the negatives of their groups. Alias cells are fetched
// while the other draws are made.
template <class Objective>
EMBTRAIN_INLINE void draw_batch(const WindowStep &step, const Keys &keys, Scratch &s, int64_t first,
                                int64_t n, bool &bad) {
  const int K = step.shared_negatives;
  int sets = 0;
  for (int64_t c = 0; c < n; ++c) {
    const uint64_t position = static_cast<uint64_t>(s.positions[first + c]);
    s.windows[c] = Objective::reach(step, draws::draw(keys.window, position));
    if (c % Objective::kGroup) continue;
    for (int k = 0; k < K; ++k) {
      const uint64_t d = draws::scaled(draws::draw(s.keys[k], position), static_cast<uint64_t>(step.rows));
      s.draws[sets * K + k] = d;
      __builtin_prefetch(step.alias + (d >> 32));
    }
    ++sets;
  }
  for (int k = 0; k < sets * K; ++k) {
    const uint64_t cell = step.alias[s.draws[k] >> 32];
    const uint32_t own = static_cast<uint32_t>(s.draws[k] >> 32), other = static_cast<uint32_t>(cell);
    uint32_t id = static_cast<uint32_t>(s.draws[k]) < (cell >> 32) ? own : other;
    if (id >= static_cast<uint64_t>(step.rows)) bad = true, id = 0;
    s.negatives[k] = id;
  }
}

// Gathers the words in any window of the group: their rows, and how often (0 or 1) each is
// in each centre's window. Returns their number; sets `span` to the first and the last of them.
template <class Input>
EMBTRAIN_INLINE int gather_rows(Input &input, Scratch &s, const Group &group, int64_t (&span)[2]) {
  int64_t low = group.low[0], high = group.high[0];
  Int4 lows, highs, centres;
  for (int g = 0; g < kMaxGroup; ++g) {
    const bool is_used = g < group.size;
    low = is_used && group.low[g] < low ? group.low[g] : low;
    high = is_used && group.high[g] > high ? group.high[g] : high;
    lows[g] = is_used ? static_cast<int32_t>(group.low[g]) : INT32_MAX;
    highs[g] = is_used ? static_cast<int32_t>(group.high[g]) : -1;
    centres[g] = static_cast<int32_t>(group.first + g);
  }
  const Float4 one = {1, 1, 1, 1};
  int count = 0;
  for (int64_t k = low; k <= high; ++k) {
    const int32_t at = static_cast<int32_t>(k);
    const Int4 slot = {at, at, at, at};
    const Int4 is_in = (slot >= lows) & (slot <= highs) & (slot != centres);
    store4(s.members + count * kMaxGroup, reinterpret_cast<Float4>(is_in & reinterpret_cast<Int4>(one)));
    s.rows[count] = input.row(k);
    // A single centre is in no window; any other word between `low` and `high` is in one.
    count += group.size > 1 || k != group.first;
  }
  span[0] = low;
  span[1] = high;
  return count;
}

// The last group of a part may be smaller: its missing centres are in no product.
template <int G>
EMBTRAIN_INLINE void pad_group(Product &w, int size) {
  Scratch &s = *w.scratch;
  const int used = 8 * w.blocks();
  for (int g = size; g < G; ++g)
    for (int i = 0; i < used; i += 8) {
      store8(s.positive + g * used + i, splat8(0));
      store8(s.total + g * used + i, splat8(0));
    }
}

// The cell of a column.
EMBTRAIN_INLINE int cell(int column) { return column / kMaxColumns * 8 + column % kMaxColumns; }

// Columns: the centres, then the negatives, each word once. A negative equal to a centre does not count for
// that centre's window.
EMBTRAIN_INLINE void gather_columns(const WindowStep &step, Product &w, const Group &group,
                                    const uint32_t *negatives) {
  Scratch &s = *w.scratch;
  const int cells = (group.size + step.shared_negatives + kMaxColumns - 1) / kMaxColumns * 8;
  int count = 0, own[kMaxGroup];
  const auto column_of = [&](uint32_t id) {
    int k = 0;
    while (k < count && s.column_ids[k] != id) ++k;
    if (k == count) {
      s.column_ids[count] = id;
      s.columns[count++] = take_row(s.output, step.stride, id);
    }
    return k;
  };
  for (int i = 0; i < cells; i += 8) store8(s.total + i, splat8(0));
  for (int g = 0; g < group.size; ++g) own[g] = cell(column_of(s.words[group.first + g]));
  for (int k = 0; k < step.shared_negatives; ++k) s.total[cell(column_of(negatives[k]))] += step.weight;
  w.columns = count;
  // The cells of centre g follow one another, 8 for each block in use; the first centre's are filled last,
  // because they hold the counts until then.
  const int used = 8 * w.blocks();
  for (int g = group.size - 1; g >= 0; --g) {
    for (int i = 0; i < used; i += 8) {
      store8(s.positive + g * used + i, splat8(0));
      store8(s.total + g * used + i, load8(s.total + i));
    }
    s.positive[g * used + own[g]] = 1;
    s.total[g * used + own[g]] = 1;
  }
}

// Lists the rows that the next group needs and that have not been prefetched yet.
template <int G, class Input>
EMBTRAIN_INLINE void look_ahead(const WindowStep &step, Product &w, Input &input, int64_t next, int64_t end,
                                int64_t count, const uint32_t *negatives) {
  const Scratch &s = *w.scratch;
  w.n_ahead = w.n_bags_ahead = 0;
  input.look_ahead();
  if (next >= end) return;
  for (int64_t k = next; k < next + G && k < end; ++k)
    w.ahead[w.n_ahead++] = row(s.output, step.stride, s.words[k]);
  for (int64_t k = next + step.window; k < next + G + step.window && k < count; ++k) input.fetch(w, k);
  for (int k = 0; k < step.shared_negatives && w.n_ahead < kMaxAhead; ++k)
    w.ahead[w.n_ahead++] = row(s.output, step.stride, negatives[k]);
}

// Tokens [begin, end) of one sentence [first, last). Parts do not depend on where steps end, and neither does
// their loss.
template <class Objective>
EMBTRAIN_INLINE void train_part(const WindowStep &step, const Keys &keys, int64_t first, int64_t begin,
                                int64_t end, int64_t last, Product &w, Counters &counters) {
  constexpr int G = Objective::kGroup;
  static_assert(G <= kMaxGroup);
  Scratch &s = *w.scratch;
  int64_t left, centres;
  const int64_t count = collect(step, keys, s, first, begin, end, last, left, centres);
  counters.words += end - begin;
  counters.kept += centres;
  typename Objective::Input input(step, s);
  int64_t rate_block = -1;
  for (int64_t batch = left; batch < left + centres; batch += kBatchGroups * G) {
    const int64_t stop =
        batch + kBatchGroups * G < left + centres ? batch + kBatchGroups * G : left + centres;
    draw_batch<Objective>(step, keys, s, batch, stop - batch, counters.bad_alias);
    const uint32_t *negatives = s.negatives;
    for (Group group{batch, {}, {}, 0}; group.first < stop;
         group.first += G, negatives += step.shared_negatives) {
      group.size = static_cast<int>(stop - group.first < G ? stop - group.first : G);
      for (int g = 0; g < group.size; ++g) {
        const int64_t centre = group.first + g, reach = s.windows[centre - batch];
        group.low[g] = centre > reach ? centre - reach : 0;
        group.high[g] = centre + reach < count ? centre + reach : count - 1;
      }
      look_ahead<G>(step, w, input, group.first + G, stop, count, negatives + step.shared_negatives);
      if (group.empty()) continue;
      const int64_t near = group.first - step.window, far = group.first + G + step.window;
      input.move(near > 0 ? near : 0, far < count ? far : count);
      if (s.positions[group.first] / kRateBlock != rate_block) {
        rate_block = s.positions[group.first] / kRateBlock;
        w.lr = rate_at(step, s.positions[group.first]);
      }
      gather_columns(step, w, group, negatives);
      if (group.size < G) pad_group<G>(w, group.size);
      counters.pairs += Objective::train(step, w, group, input);
    }
    flush_loss(w);
  }
  input.finish();
}

template <class Objective>
void train_range(const WindowStep &step, int64_t begin, int64_t end, Scratch &scratch, Counters &counters) {
  const Keys keys = {draws::key(step.seed, step.epoch, draws::kKeep),
                     draws::key(step.seed, step.epoch, draws::kWindow)};
  for (int k = 0; k < step.shared_negatives; ++k) scratch.keys[k] = keys.negative(step, k);
  Product w = {};
  w.scratch = &scratch;
  w.dim = step.dim;
  w.stride = step.stride;
  int64_t low = 0, high = step.n_sentences;  // the sentence that holds `begin`
  while (high - low > 1) {
    const int64_t middle = low + (high - low) / 2;
    (step.sentences[middle] <= begin ? low : high) = middle;
  }
  for (int64_t k = low; k < step.n_sentences && step.sentences[k] < end; ++k) {
    const int64_t first = step.sentences[k], last = step.sentences[k + 1];
    const int64_t from = first > begin ? first : begin, to = last < end ? last : end;
    if (from < to) train_part<Objective>(step, keys, first, from, to, last, w, counters);
  }
  counters.loss += w.loss;
}

}  // namespace
}  // namespace embtrain
