// Compiled with the flags of avx512 (see CMakeLists.txt); nothing but the kernels may live here.
#include "kernels/merge_impl.h"
#include "kernels/windows/cbow_impl.h"
#include "kernels/windows/sgns_impl.h"

namespace embtrain {
void sgns_range_avx512(const Step &step, int64_t begin, int64_t end, Scratch &scratch, Counters &counters) {
  train_range<SkipGram>(step, begin, end, scratch, counters);
}
void cbow_range_avx512(const Step &step, int64_t begin, int64_t end, Scratch &scratch, Counters &counters) {
  train_range<Cbow>(step, begin, end, scratch, counters);
}
void merge_row_avx512(float *shared, float *own, float *before, int64_t stride, float share) {
  merge_changes(shared, own, before, stride, share);
}
}  // namespace embtrain
