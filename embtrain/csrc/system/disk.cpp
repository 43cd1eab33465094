#include "system/disk.h"

#if defined(__linux__)
#include <fcntl.h>
#include <sys/vfs.h>
#endif

namespace embtrain {

#if defined(__linux__)
bool reserve_space(int descriptor, std::int64_t start, std::int64_t n_bytes) {
  constexpr auto kExt = 0xEF53, kXfs = 0x58465342;
  struct statfs system;
  if (fstatfs(descriptor, &system) != 0) return false;
  if (system.f_type != kExt && system.f_type != kXfs) return false;
  return fallocate(descriptor, FALLOC_FL_KEEP_SIZE, start, n_bytes) == 0;
}
#else
bool reserve_space(int, std::int64_t, std::int64_t) { return false; }
#endif

}  // namespace embtrain
