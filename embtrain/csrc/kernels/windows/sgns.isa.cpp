// Skip-gram: the rows of a group's product are the words of its windows, each word once.
#include "kernels/windows/windows.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

template <class InputRows>
struct SkipGram : DrawnReach {
  using Input = InputRows;
  static constexpr int kGroup = 2;

  EMBTRAIN_INLINE int64_t train(const WindowStep &, Product &w, const Group &group, Input &input) {
    Scratch &s = *w.scratch;
    int64_t span[2], pairs = 0;
    const int count = gather_rows(input, s, group, span);
    w.rows = s.repeats[span[1] + 1] == s.repeats[span[0] + 1] ? count : merge_rows(s, count);
    train_product<kGroup>(w);
    for (int g = 0; g < group.size; ++g) pairs += group.high[g] - group.low[g];
    return pairs;
  }

  // Merges equal rows, which then count as often as they occur. Returns how many are left.
  static __attribute__((noinline)) int merge_rows(Scratch &s, int count) {
    int kept = 0;
    for (int i = 0; i < count; ++i) {
      int same = 0;
      while (same < kept && s.rows[same] != s.rows[i]) ++same;
      float *to = s.members + same * kMaxGroup, *from = s.members + i * kMaxGroup;
      for (int g = 0; g < kMaxGroup; ++g) to[g] = same < kept ? to[g] + from[g] : from[g];
      s.rows[same] = s.rows[i];
      kept += same == kept;
    }
    return kept;
  }
};

}  // namespace

extern constexpr WindowKernel sgns_kernel = {
    train_range<SkipGram<TableRows>>, train_range<SkipGram<ComposedRows>>, SkipGram<TableRows>::kGroup};

}  // namespace embtrain::EMBTRAIN_SET
