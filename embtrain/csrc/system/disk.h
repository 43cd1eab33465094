// Space on disk.
#pragma once
#include <cstdint>

namespace embtrain {

// Reserves disk space for a part of a file, whose size stays; whether it could. Only on file systems where
// writing is then known to be faster, and to take no more space.
bool reserve_space(int descriptor, std::int64_t start, std::int64_t n_bytes);

}  // namespace embtrain
