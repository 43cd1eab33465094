// A table as one thread of a step sees it.
#pragma once
#include <cstdint>

namespace embtrain {

// Rows below `hot` are that thread's copies (hot_rows.h); the others are shared. `uses` counts how often each
// of the first `counted` copies was used in a product; its last cell counts all other rows.
struct TableView {
  float *shared, *own;
  int64_t hot, counted;
  uint32_t *uses;  // [counted + 1]
};

}  // namespace embtrain
