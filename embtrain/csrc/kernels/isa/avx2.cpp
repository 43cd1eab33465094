// Compiled with the flags of avx2 (see CMakeLists.txt); nothing but the kernels may live here.
#include "kernels/cbow_impl.h"
#include "kernels/sgns_impl.h"

namespace embtrain {
void sgns_range_avx2(const Step &step, int64_t begin, int64_t end, Scratch &scratch, Counters &counters) {
  train_range<SkipGram>(step, begin, end, scratch, counters);
}
void cbow_range_avx2(const Step &step, int64_t begin, int64_t end, Scratch &scratch, Counters &counters) {
  train_range<Cbow>(step, begin, end, scratch, counters);
}
}  // namespace embtrain
