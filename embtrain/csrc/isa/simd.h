// Vectors as the compiler's own vector types, so that one source serves every instruction set. Included only
// by *.isa.cpp files (isa.h): everything here is inlined and internal to them.
#pragma once
#include <cstdint>
#include <cstring>
#if defined(__AVX__)
#include <immintrin.h>
#endif

#define EMBTRAIN_INLINE static inline __attribute__((always_inline))
#define EMBTRAIN_INLINE_MEMBER inline __attribute__((always_inline))

namespace embtrain {
namespace {

#if defined(__AVX512F__)
constexpr int kLanes = 16, kRegisters = 32;
#elif defined(__AVX__)
constexpr int kLanes = 8, kRegisters = 16;
#else
constexpr int kLanes = 4, kRegisters = 16;
#endif
typedef float Column __attribute__((vector_size(kLanes * 4), may_alias));
typedef float Float4 __attribute__((vector_size(16), may_alias));
typedef float Float8 __attribute__((vector_size(32), may_alias));
typedef int32_t Int4 __attribute__((vector_size(16), may_alias));
typedef int32_t Int8 __attribute__((vector_size(32), may_alias));

EMBTRAIN_INLINE Column load(const float *p) { return *reinterpret_cast<const Column *>(p); }
// A load that stays in a register: compilers fold a load that is used twice into both uses, and loads are the
// bottleneck.
EMBTRAIN_INLINE Column load_once(const float *p) {
  Column v = load(p);
#if defined(__AVX__)
  asm("" : "+x"(v));
#endif
  return v;
}
// Prefetches a line that no other core writes.
EMBTRAIN_INLINE void fetch_own(const float *p) { __builtin_prefetch(p, 0); }

// Prefetches a line into the second-level cache.
EMBTRAIN_INLINE void fetch_nearer(const float *p) { __builtin_prefetch(p, 0, 2); }

// Prefetches a line for writing, so that the write need not request ownership from the core that wrote it
// last.
EMBTRAIN_INLINE void fetch_to_write(const float *p) {
  __builtin_prefetch(p, 1);
#if defined(__PRFCHW__) && !defined(__AVX512F__)
  __builtin_prefetch(p, 0);  // processors older than Broadwell ignore the other one
#endif
}
EMBTRAIN_INLINE void store(float *p, Column v) { *reinterpret_cast<Column *>(p) = v; }
EMBTRAIN_INLINE Float8 load8(const float *p) { return *reinterpret_cast<const Float8 *>(p); }
EMBTRAIN_INLINE void store8(float *p, Float8 v) { *reinterpret_cast<Float8 *>(p) = v; }
EMBTRAIN_INLINE void store4(float *p, Float4 v) { *reinterpret_cast<Float4 *>(p) = v; }
EMBTRAIN_INLINE Float8 splat8(float x) { return Float8{x, x, x, x, x, x, x, x}; }
EMBTRAIN_INLINE Float8 min8(Float8 a, Float8 b) { return a < b ? a : b; }
EMBTRAIN_INLINE Float8 max8(Float8 a, Float8 b) { return a > b ? a : b; }

// Lane j of the result is the sum of the lanes of sums[j], for j < N <= 4; the other lanes are 0.
template <int N>
EMBTRAIN_INLINE Float4 sum_each(const Column *sums) {
#if defined(__AVX__)
  const __m256 zero = _mm256_setzero_ps();
  __m256 v[4] = {zero, zero, zero, zero};
  for (int j = 0; j < N; ++j) {
#if defined(__AVX512F__)
    const __m512d s = reinterpret_cast<__m512d>(sums[j]);
    v[j] = reinterpret_cast<__m256>(_mm512_castpd512_pd256(s)) +
           reinterpret_cast<__m256>(_mm512_extractf64x4_pd(s, 1));
#else
    v[j] = reinterpret_cast<__m256>(sums[j]);
#endif
  }
  const __m256 ab = _mm256_unpacklo_ps(v[0], v[1]) + _mm256_unpackhi_ps(v[0], v[1]);
  const __m256 cd = _mm256_unpacklo_ps(v[2], v[3]) + _mm256_unpackhi_ps(v[2], v[3]);
  const __m256 low = _mm256_shuffle_ps(ab, cd, _MM_SHUFFLE(1, 0, 1, 0));
  const __m256 high = _mm256_shuffle_ps(ab, cd, _MM_SHUFFLE(3, 2, 3, 2));
  const __m256 all = low + high;
  return reinterpret_cast<Float4>(_mm256_castps256_ps128(all) + _mm256_extractf128_ps(all, 1));
#else
  Float4 result = {};
  for (int j = 0; j < N; ++j) result[j] = (sums[j][0] + sums[j][2]) + (sums[j][1] + sums[j][3]);
  return result;
#endif
}

// e^x for x <= 0: 2^(n + f) with |f| <= 1/2 and Taylor's polynomial of degree 6 for 2^f; relative error under
// 3e-7.
EMBTRAIN_INLINE Float8 exp_negative(Float8 x) {
  const Float8 t = max8(x, splat8(-87.0f)) * splat8(1.44269504f);
  const Float8 magic = splat8(12582912.0f);  // 1.5 * 2^23: adding it rounds to an integer in the low bits
  const Float8 shifted = t + magic;
  const Float8 f = t - (shifted - magic);
  Float8 p = splat8(1.5403530e-4f);
  p = p * f + splat8(1.3333558e-3f);
  p = p * f + splat8(9.6181291e-3f);
  p = p * f + splat8(5.5504109e-2f);
  p = p * f + splat8(2.4022651e-1f);
  p = p * f + splat8(6.9314718e-1f);
  p = p * f + splat8(1.0f);
  const Int8 exponent = reinterpret_cast<Int8>(shifted) << 23;
  return reinterpret_cast<Float8>(reinterpret_cast<Int8>(p) + exponent);
}

// log(1 + e) for e in [0, 1]: e times the Chebyshev interpolant of degree 7 of log(1 + e) / e; error under
// 3e-7.
EMBTRAIN_INLINE Float8 log1p_unit(Float8 e) {
  Float8 p = splat8(-8.37115292e-3f);
  p = p * e + splat8(4.34939004e-2f);
  p = p * e + splat8(-1.06850028e-1f);
  p = p * e + splat8(1.76874772e-1f);
  p = p * e + splat8(-2.44747743e-1f);
  p = p * e + splat8(3.32719296e-1f);
  p = p * e + splat8(-4.99971747e-1f);
  p = p * e + splat8(9.99999762e-1f);
  return p * e;
}

// True where any of the 8 ids at p equals id.
EMBTRAIN_INLINE bool any_equal8(const uint32_t *p, uint32_t id) {
#if defined(__AVX2__)
  const __m256i same = _mm256_cmpeq_epi32(_mm256_loadu_si256(reinterpret_cast<const __m256i *>(p)),
                                          _mm256_set1_epi32(static_cast<int>(id)));
  return !_mm256_testz_si256(same, same);
#else
  bool any = false;
  for (int k = 0; k < 8; ++k) any |= p[k] == id;
  return any;
#endif
}

}  // namespace
}  // namespace embtrain
