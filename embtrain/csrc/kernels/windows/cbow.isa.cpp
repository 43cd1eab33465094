// CBOW: the rows of a group's product are the means of its windows' context words, one for each centre. What
// the product adds to a mean is the error that every context word of the window gets.
#include "kernels/windows/windows.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

template <class InputRows>
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
    spread(w, context_rows, members, words, step.corrected ? share : nullptr, errors);
    return group.size;
  }

  // Means of the rows of each window.
  EMBTRAIN_INLINE void average(const Product &w, float *const *rows, const float *members, int count,
                               const float *share, float *const *means) {
    for (int64_t d = 0; d < w.dim; d += kLanes) {
      Column sum[kGroup] = {};
      for (int i = 0; i < count; ++i) {
        const Column row = load(rows[i] + d);
#pragma GCC unroll 4
        for (int g = 0; g < kGroup; ++g) sum[g] += members[i * kMaxGroup + g] * row;
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
};

}  // namespace

extern constexpr WindowKernel cbow_kernel = {train_range<Cbow<TableRows>>, train_range<Cbow<ComposedRows>>,
                                             Cbow<TableRows>::kGroup};

}  // namespace embtrain::EMBTRAIN_SET
