#include <cstring>
#include <stdexcept>

#include "graph/graph.h"

namespace embtrain::graph {

void EdgeList::add(const std::int64_t *rows, std::size_t n, const float *weights) {
  if (n == 0) return;
  if (size() != 0 && (weights != nullptr) != weighted())
    throw std::invalid_argument("either all edges of a list have weights or none has");
  for (std::size_t k = 0; k < 2 * n; ++k)
    if (rows[k] < 0 || rows[k] >= 0xFFFFFFFFll)
      throw std::invalid_argument("an edge ends at no node's number");
  std::uint32_t *ends = ends_.extend(2 * n);
  for (std::size_t k = 0; k < 2 * n; ++k) ends[k] = static_cast<std::uint32_t>(rows[k]);
  if (weights != nullptr) std::memcpy(weights_.extend(n), weights, n * sizeof(float));
}

void EdgeList::free_all() {
  ends_.free_all();
  weights_.free_all();
}

}  // namespace embtrain::graph
