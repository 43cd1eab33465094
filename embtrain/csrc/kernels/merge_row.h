// Merging one row of a thread's copies with the shared one; see hot_rows.h.
#pragma once
#include <cstdint>

namespace embtrain {

// Adds a share of the change from `before` to `own` to `shared`, and makes all three equal.
using MergeRow = void (*)(float *shared, float *own, float *before, int64_t stride, float share);

}  // namespace embtrain
