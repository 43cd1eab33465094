// Alias table of a discrete distribution.
#pragma once
#include <cstdint>
#include <vector>

namespace embtrain {

// Cells threshold << 32 | alias for weights >= 0 (Vose 1991); a draw of an index and a 32-bit coin gives the
// index if coin < threshold, otherwise the alias. Throws std::invalid_argument unless the weights have a
// finite, positive sum.
void build_alias(const double *weights, int64_t n, uint64_t *cells);

}  // namespace embtrain
