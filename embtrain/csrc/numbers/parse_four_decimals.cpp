#include "numbers/parse_four_decimals.h"

#include <cstdint>

#include "isa/avx2.h"
#include "isa/isa.h"

namespace embtrain {

#if defined(EMBTRAIN_X86)
namespace {

constexpr int kMostDecimals = 13;

struct Tables {
  // Shuffles for a number of d decimals at the end of 15 bytes: they move its digits, without the point, to
  // the end of 16 bytes, with zeros in front.
  alignas(16) int8_t digits[kMostDecimals + 1][16];
  // Powers of ten, and the negative ones of numbers with a sign.
  double divisors[2][kMostDecimals + 1];
};

constexpr Tables make_tables() {
  Tables tables = {};
  double power = 1;
  for (int d = 0; d <= kMostDecimals; ++d, power *= 10) {
    for (int i = 0; i < 16; ++i) tables.digits[d][i] = static_cast<int8_t>(i > 15 - d ? i - 1 : -1);
    tables.digits[d][15 - d] = static_cast<int8_t>(13 - d);
    tables.divisors[0][d] = power;
    tables.divisors[1][d] = -power;
  }
  return tables;
}

constexpr Tables kTables = make_tables();

// One number: its end, its decimals, and the divisor of its digits. find() is false for other forms.
struct Shape {
  const char *end;
  const int8_t *digits;
  const double *divisor;

  bool find(const char *start, const char *stop) {
    const uint64_t negative = *start == '-';
    start += negative;
    const auto decimals = static_cast<uint64_t>(stop - start - 2);
    if (decimals - 1 >= kMostDecimals || start[1] != '.') return false;
    end = stop;
    digits = kTables.digits[decimals];
    divisor = &kTables.divisors[negative][decimals];
    return true;
  }
};

EMBTRAIN_AVX2 inline __m256i two(const void *low, const void *high) {
  const __m128i first = _mm_loadu_si128(static_cast<const __m128i *>(low));
  return _mm256_inserti128_si256(_mm256_castsi128_si256(first),
                                 _mm_loadu_si128(static_cast<const __m128i *>(high)), 1);
}

EMBTRAIN_AVX2 size_t parse_with_avx2(const char *const *ends, size_t n, char separator, const char *begin,
                                     float *values) {
  const __m256i separators = _mm256_set1_epi8(separator), zero = _mm256_set1_epi8('0'),
                nine = _mm256_set1_epi8(9), tens = _mm256_set1_epi16(0x010A),
                hundreds = _mm256_set1_epi32(0x00010064), myriads = _mm256_set1_epi32(0x00012710),
                order = _mm256_setr_epi32(0, 4, 2, 6, 1, 5, 3, 7);
  const __m256i last_byte = _mm256_setr_epi32(0, 0, 0, -0x1000000, 0, 0, 0, -0x1000000);
  size_t done = 0;
  for (; done + 4 <= n; done += 4) {
    const char *const *end = ends + done;
    // Reads the sixteen bytes that end with the separator after a number.
    if (end[1] - begin < 15) break;
    Shape a, b, c, d;
    if (!a.find(end[0] + 1, end[1]) || !b.find(end[1] + 1, end[2]) || !c.find(end[2] + 1, end[3]) ||
        !d.find(end[3] + 1, end[4]))
      break;
    __m256i ab = two(a.end - 15, b.end - 15), cd = two(c.end - 15, d.end - 15);
    __m256i wrong = _mm256_and_si256(
        _mm256_or_si256(_mm256_xor_si256(ab, separators), _mm256_xor_si256(cd, separators)), last_byte);
    ab = _mm256_shuffle_epi8(_mm256_sub_epi8(ab, zero), two(a.digits, b.digits));
    cd = _mm256_shuffle_epi8(_mm256_sub_epi8(cd, zero), two(c.digits, d.digits));
    wrong = _mm256_or_si256(wrong, _mm256_subs_epu8(_mm256_max_epu8(ab, cd), nine));
    // Pairs of digits, fours, eights: a's upper eight and lower eight, then c's; b's, then d's.
    ab = _mm256_madd_epi16(_mm256_maddubs_epi16(ab, tens), hundreds);
    cd = _mm256_madd_epi16(_mm256_maddubs_epi16(cd, tens), hundreds);
    const __m256i eights =
        _mm256_permutevar8x32_epi32(_mm256_madd_epi16(_mm256_packus_epi32(ab, cd), myriads), order);
    // Fourteen digits are exact as double, and so is the power of ten: the quotient is correctly rounded.
    const __m256d upper = _mm256_cvtepi32_pd(_mm256_castsi256_si128(eights)),
                  lower = _mm256_cvtepi32_pd(_mm256_extracti128_si256(eights, 1)),
                  digits = _mm256_add_pd(_mm256_mul_pd(upper, _mm256_set1_pd(1e8)), lower),
                  wide =
                      _mm256_div_pd(digits, _mm256_setr_pd(*a.divisor, *b.divisor, *c.divisor, *d.divisor));
    // Rounding twice differs from rounding once only half way between two float32 (parse_number.h).
    const __m256i rest = _mm256_and_si256(_mm256_castpd_si256(wide), _mm256_set1_epi64x(0x1FFFFFFF));
    wrong = _mm256_or_si256(wrong, _mm256_cmpeq_epi64(rest, _mm256_set1_epi64x(0x10000000)));
    if (!_mm256_testz_si256(wrong, wrong)) break;
    _mm_storeu_ps(values + done, _mm256_cvtpd_ps(wide));
  }
  return done;
}

}  // namespace

size_t parse_fours(const char *const *ends, size_t n, char separator, const char *begin, float *values) {
  return isa::has_avx2() ? parse_with_avx2(ends, n, separator, begin, values) : 0;
}
#else
size_t parse_fours(const char *const *, size_t, char, const char *, float *) { return 0; }
#endif

}  // namespace embtrain
