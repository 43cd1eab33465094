#include "kernels/alias.h"

#include <cmath>
#include <stdexcept>

namespace embtrain {

void build_alias(const double *weights, int64_t n, uint64_t *cells) {
  double sum = 0;
  for (int64_t k = 0; k < n; ++k) {
    if (!(weights[k] >= 0)) throw std::invalid_argument("weights of an alias table must not be negative");
    sum += weights[k];
  }
  if (!(sum > 0) || !std::isfinite(sum))
    throw std::invalid_argument("weights of an alias table must have a finite, positive sum");
  std::vector<double> share(static_cast<size_t>(n));
  std::vector<uint32_t> small, large;
  for (int64_t k = 0; k < n; ++k) {
    const auto row = static_cast<uint32_t>(k);
    share[row] = weights[k] / sum * static_cast<double>(n);
    (share[row] < 1 ? small : large).push_back(row);
    cells[k] = (uint64_t{0xFFFFFFFFu} << 32) | row;  // itself, whatever the coin
  }
  while (!small.empty() && !large.empty()) {
    const uint32_t row = small.back(), donor = large.back();
    small.pop_back();
    const auto threshold = static_cast<uint64_t>(share[row] * 0x1p32);
    cells[row] = ((threshold > 0xFFFFFFFFu ? 0xFFFFFFFFu : threshold) << 32) | donor;
    share[donor] -= 1 - share[row];
    if (share[donor] < 1) {
      large.pop_back();
      small.push_back(donor);
    }
  }
}

}  // namespace embtrain
