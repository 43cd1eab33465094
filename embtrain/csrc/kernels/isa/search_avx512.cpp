// Compiled with the flags of avx512 (see CMakeLists.txt); nothing but the kernel may live here.
#include "search/search_impl.h"

namespace embtrain {
void search_range_avx512(const SearchPlan &plan, const SearchRows &rows, SearchSink &sink) {
  search_range(plan, rows, sink);
}
}  // namespace embtrain
