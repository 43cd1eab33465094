// For code of the formats that is written for AVX2, in files that must also run where there is none.
#pragma once
#if defined(EMBTRAIN_X86)
#include <immintrin.h>

#define EMBTRAIN_AVX2 __attribute__((target("avx2")))
#endif
