// For code written for AVX2 in files that must also run on processors without it; ask isa::has_avx2().
#pragma once
#if defined(EMBTRAIN_X86)
#include <immintrin.h>

#define EMBTRAIN_AVX2 __attribute__((target("avx2")))
#endif
