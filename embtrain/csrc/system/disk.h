// Reserves space on disk.
#pragma once
#include <cstdint>

namespace embtrain {

// Reserves disk space for a part of a file without changing its size; returns whether it did. Does so only on
// file systems where it is known to make writing faster and to take no more space.
bool reserve_space(int descriptor, std::int64_t start, std::int64_t n_bytes);

}  // namespace embtrain
