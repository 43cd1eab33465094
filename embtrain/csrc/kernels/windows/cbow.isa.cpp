// CBOW: the rows of a group's product are the means of its windows' context words, one for each centre. What
// the product adds to a mean is the error that every context word of the window gets. With `kWeighted`, a row
// counts by the weights of its place in the window, which are trained too.
#include "kernels/windows/windows.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

template <class InputRows, bool kWeighted>
struct Cbow : DrawnReach {
  using Input = InputRows;
  static constexpr int kGroup = 2;

  EMBTRAIN_INLINE int64_t train(const WindowStep &step, Product &w, const Group &group, Input &input) {
    Scratch &s = *w.scratch;
    int64_t span[2];
    const int words = gather_rows(input, s, group, span);
    float *const *context_rows = s.rows, *means[kGroup], *errors[kGroup];
    const float *members = s.members;
    float share[kMaxGroup] = {};  // 1 / context words
    for (int g = 0; g < kGroup; ++g) {
      means[g] = s.means + g * w.stride;
      errors[g] = s.means + (kGroup + g) * w.stride;
      if (g < group.size) share[g] = 1 / static_cast<float>(group.high[g] - group.low[g]);
    }
    if constexpr (kWeighted) find_weights(step, s, group, span[0], words);
    average(w, context_rows, members, words, share, means);
    Scratch own = s;
    float identity[kMaxGroup * kMaxGroup] = {};
    for (int g = 0; g < kMaxGroup; ++g) identity[g * kMaxGroup + g] = 1;
    own.rows = means;
    own.members = identity;
    w.scratch = &own;
    w.rows = group.size;
    make_gradients<kGroup>(w);
    own.rows = errors;
    for (int g = 0; g < kGroup; ++g) std::memset(errors[g], 0, static_cast<size_t>(w.stride) * sizeof(float));
    update(w, means);
    w.scratch = &s;
    if constexpr (kWeighted)
      spread_weighted(step, w, context_rows, members, words, step.corrected ? share : nullptr, errors);
    else
      spread(w, context_rows, members, words, step.corrected ? share : nullptr, errors);
    return group.size;
  }

  // Finds the place of each row in the window of each centre, and its weights. A row that is not in a window
  // counts 0 times, whatever its weights.
  EMBTRAIN_INLINE void find_weights(const WindowStep &step, Scratch &s, const Group &group, int64_t low,
                                    int count) {
    for (int i = 0; i < count; ++i) {
      // A single centre has no row.
      const int64_t k = low + i + (group.size == 1 && low + i >= group.first);
      for (int g = 0; g < kGroup; ++g) {
        const int64_t distance = k - (group.first + g);
        const bool is_in = s.members[i * kMaxGroup + g] != 0;
        const auto place = static_cast<uint32_t>(is_in ? distance + step.window - (distance > 0) : 0);
        s.places[i * kGroup + g] = static_cast<int32_t>(place);
        s.weights[i * kGroup + g] = take_row(s.place_weights, step.stride, place, is_in);
      }
    }
  }

  // Means of the rows of each window.
  EMBTRAIN_INLINE void average(const Product &w, float *const *rows, const float *members, int count,
                               const float *share, float *const *means) {
    for (int64_t d = 0; d < w.dim; d += kLanes) {
      Column sum[kGroup] = {};
      for (int i = 0; i < count; ++i) {
        const Column row = load(rows[i] + d);
#pragma GCC unroll 4
        for (int g = 0; g < kGroup; ++g) {
          if constexpr (kWeighted)
            sum[g] += members[i * kMaxGroup + g] * row * load(w.scratch->weights[i * kGroup + g] + d);
          else
            sum[g] += members[i * kMaxGroup + g] * row;
        }
      }
      for (int g = 0; g < kGroup; ++g) store(means[g] + d, share[g] * sum[g]);
    }
  }

  // Adds each window's error to its context words, times `share` if it is given.
  EMBTRAIN_INLINE void spread(const Product &w, float *const *rows, const float *members, int count,
                              const float *share, float *const *errors) {
    for (int64_t d = 0; d < w.dim; d += kLanes) {
      Column error[kGroup];
      for (int g = 0; g < kGroup; ++g) error[g] = (share ? share[g] : 1.0f) * load(errors[g] + d);
      for (int i = 0; i < count; ++i) {
        Column row = load(rows[i] + d);
#pragma GCC unroll 4
        for (int g = 0; g < kGroup; ++g) row += members[i * kMaxGroup + g] * error[g];
        store(rows[i] + d, row);
      }
    }
  }

  // The same for weighted rows, and adds row times error to the weights. Rows and weights are those before
  // the group for both, so the changes of the weights are added up first.
  EMBTRAIN_INLINE void spread_weighted(const WindowStep &step, const Product &w, float *const *rows,
                                       const float *members, int count, const float *share,
                                       float *const *errors) {
    Scratch &s = *w.scratch;
    const auto n = static_cast<int>(step.n_positions);
    const auto rate = static_cast<float>(step.position_rate);
    for (int64_t d = 0; d < w.dim; d += kLanes) {
      Column error[kGroup];
      for (int g = 0; g < kGroup; ++g) error[g] = (share ? share[g] : 1.0f) * load(errors[g] + d);
      for (int p = 0; p < n; ++p) store(s.sums + p * kLanes, Column{});
      for (int i = 0; i < count; ++i)
        for (int g = 0; g < kGroup; ++g) {
          float *const sum = s.sums + s.places[i * kGroup + g] * kLanes;
          store(sum, load(sum) + members[i * kMaxGroup + g] * load(rows[i] + d) * error[g]);
        }
      for (int i = 0; i < count; ++i) {
        Column now = load(rows[i] + d);
        for (int g = 0; g < kGroup; ++g)
          now += members[i * kMaxGroup + g] * (load(s.weights[i * kGroup + g] + d) * error[g]);
        store(rows[i] + d, now);
      }
      for (int p = 0; p < n; ++p) {
        float *const weights = row(s.place_weights, step.stride, static_cast<uint32_t>(p)) + d;
        store(weights, load(weights) + rate * load(s.sums + p * kLanes));
      }
    }
  }
};

}  // namespace

extern constexpr WindowKernel cbow_kernel = {train_range<Cbow<TableRows, false>>,
                                             train_range<Cbow<ComposedRows, false>>,
                                             Cbow<TableRows, false>::kGroup};
extern constexpr WindowKernel weighted_cbow_kernel = {
    train_range<Cbow<TableRows, true>>, train_range<Cbow<ComposedRows, true>>, Cbow<TableRows, true>::kGroup};

}  // namespace embtrain::EMBTRAIN_SET
