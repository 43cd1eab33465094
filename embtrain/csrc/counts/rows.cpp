#include "counts/rows.h"

namespace embtrain::counts {

Rows join(const std::vector<Rows> &pieces) {
  Rows all;
  std::size_t n_bytes = 0, n_rows = 0;
  for (const Rows &piece : pieces) {
    n_bytes += piece.bytes.size();
    n_rows += piece.ends.size();
  }
  all.bytes.reserve(n_bytes);
  all.ends.reserve(n_rows);
  for (const Rows &piece : pieces) {
    const auto base = static_cast<std::int64_t>(all.bytes.size());
    for (const std::int64_t end : piece.ends) all.ends.push_back(base + end);
    all.bytes.insert(all.bytes.end(), piece.bytes.begin(), piece.bytes.end());
  }
  return all;
}

}  // namespace embtrain::counts
