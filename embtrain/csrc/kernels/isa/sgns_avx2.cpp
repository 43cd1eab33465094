// Compiled with the flags of avx2 (see CMakeLists.txt); nothing but the kernel may live here.
#include "kernels/sgns_impl.h"

namespace embtrain {
void sgns_range_avx2(const SgnsStep &step, int64_t begin, int64_t end, SgnsScratch &scratch,
                     SgnsCounters &counters) {
  sgns_range(step, begin, end, scratch, counters);
}
}  // namespace embtrain
