// For the formats' code that is written for AVX2, in files that must also run where there is none.
#pragma once
#include <cstdlib>
#include <cstring>

#if defined(EMBTRAIN_X86)
#include <immintrin.h>

#define EMBTRAIN_AVX2 __attribute__((target("avx2")))

namespace embtrain {

// Whether such code may run: the processor can, and EMBTRAIN_ISA does not ask for less.
inline bool uses_avx2() {
  static const bool uses = [] {
    const char *asked = std::getenv("EMBTRAIN_ISA");
    return __builtin_cpu_supports("avx2") && (asked == nullptr || std::strcmp(asked, "baseline") != 0);
  }();
  return uses;
}

}  // namespace embtrain
#endif
