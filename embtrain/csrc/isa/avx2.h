// For AVX2 code in files that must also run on processors without AVX2. Check isa::has_avx2() first.
#pragma once
#if defined(EMBTRAIN_X86)
#include <immintrin.h>

#define EMBTRAIN_AVX2 __attribute__((target("avx2")))
#endif
