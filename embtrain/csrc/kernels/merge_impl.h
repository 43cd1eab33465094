// Merging one row of a thread's copies with the shared one; see hot_rows.h.
#pragma once
#include "isa/simd.h"

namespace embtrain {
namespace {

// Adds a share of what `own` has changed since `before` to `shared`, and makes all three the same.
EMBTRAIN_INLINE void merge_changes(float *shared, float *own, float *before, int64_t stride, float share) {
  for (int64_t d = 0; d < stride; d += kLanes) {
    const Column now = load(shared + d) + share * (load(own + d) - load(before + d));
    store(shared + d, now);
    store(own + d, now);
    store(before + d, now);
  }
}

}  // namespace
}  // namespace embtrain
