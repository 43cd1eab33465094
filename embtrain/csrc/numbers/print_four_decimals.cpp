#include "numbers/print_four_decimals.h"

#include <cstdint>
#include <cstring>

#include "isa/avx2.h"
#include "isa/isa.h"

namespace embtrain {

#if defined(EMBTRAIN_X86)
namespace {

// The digits of four n < 10^8, each in 64 bits, one digit in each byte, the first one lowest: halves are
// split into pairs, pairs into digits.
EMBTRAIN_AVX2 inline __m256i eight_digits(__m256i n) {
  const __m256i upper = _mm256_srli_epi64(_mm256_mul_epu32(n, _mm256_set1_epi64x(3518437209)), 45),
                lower = _mm256_sub_epi64(n, _mm256_mul_epu32(upper, _mm256_set1_epi64x(10000))),
                fours = _mm256_or_si256(upper, _mm256_slli_epi64(lower, 32)),
                hundreds = _mm256_srli_epi32(_mm256_mullo_epi32(fours, _mm256_set1_epi32(10486)), 20),
                ones = _mm256_sub_epi32(fours, _mm256_mullo_epi32(hundreds, _mm256_set1_epi32(100))),
                pairs = _mm256_or_si256(hundreds, _mm256_slli_epi32(ones, 16)),
                tens = _mm256_mulhi_epu16(pairs, _mm256_set1_epi16(6554)),
                rest = _mm256_sub_epi16(pairs, _mm256_mullo_epi16(tens, _mm256_set1_epi16(10)));
  return _mm256_or_si256(tens, _mm256_slli_epi16(rest, 8));
}

EMBTRAIN_AVX2 size_t print_with_avx2(const float *values, size_t n, char separator, char *&out) {
  constexpr int kMillion = 1000000;
  const __m128 sign = _mm_set1_ps(-0.0f);
  size_t done = 0;
  char *p = out;
  for (; done + 4 <= n; done += 4) {
    const __m128 signed_values = _mm_loadu_ps(values + done), value = _mm_andnot_ps(sign, signed_values);
    const __m256d wide = _mm256_mul_pd(_mm256_cvtps_pd(value), _mm256_set1_pd(kMillion));
    const __m128i scaled = _mm256_cvttpd_epi32(_mm256_add_pd(wide, _mm256_set1_pd(0.5)));
    const __m128 back = _mm_div_ps(_mm_cvtepi32_ps(scaled), _mm_set1_ps(kMillion));
    const __m128 usual =
        _mm_and_ps(_mm_cmpeq_ps(back, value),
                   _mm_and_ps(_mm_cmpge_ps(value, _mm_set1_ps(0.001f)), _mm_cmplt_ps(value, _mm_set1_ps(8))));
    if (_mm_movemask_ps(usual) != 15) break;
    // The value is the float32 nearest to scaled / 10^6, and a whole number if that quotient is one.
    const __m128i whole = _mm_cvttps_epi32(value),
                  places = _mm_sub_epi32(scaled, _mm_mullo_epi32(whole, _mm_set1_epi32(kMillion)));
    alignas(32) uint64_t digits[4];
    alignas(16) uint32_t heads[4];
    _mm256_store_si256(reinterpret_cast<__m256i *>(digits),
                       eight_digits(_mm256_cvtepu32_epi64(_mm_mullo_epi32(places, _mm_set1_epi32(100)))));
    _mm_store_si128(reinterpret_cast<__m128i *>(heads), _mm_or_si128(whole, _mm_set1_epi32('.' << 8 | '0')));
    const auto negative = static_cast<unsigned>(_mm_movemask_ps(signed_values));
    for (int i = 0; i < 4; ++i) {
      const uint64_t text = digits[i] | 0x3030303030303030;
      p[0] = separator;
      p[1] = '-';
      p += 1 + (negative >> i & 1);
      std::memcpy(p, &heads[i], 2);
      std::memcpy(p + 2, &text, sizeof text);
      // The last byte that is not zero is the last place; if all are zero, there is no point either.
      p += digits[i] == 0 ? 1 : 10 - __builtin_clzll(digits[i]) / 8;
    }
  }
  out = p;
  return done;
}

}  // namespace

size_t print_fours(const float *values, size_t n, char separator, char *&out) {
  return isa::has_avx2() ? print_with_avx2(values, n, separator, out) : 0;
}
#else
size_t print_fours(const float *, size_t, char, char *&) { return 0; }
#endif

}  // namespace embtrain
