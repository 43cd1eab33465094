// Merging one row of a thread's copies with the shared one; see hot_rows.h.
#pragma once
#include <cstdint>

namespace embtrain {

// Adds a share of what `own` has changed since `before` to `shared`, and makes all three the same.
using MergeRow = void (*)(float *shared, float *own, float *before, int64_t stride, float share);

}  // namespace embtrain
