// Which bytes of a text are white space.
#pragma once
#include <cstddef>
#include <cstdint>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace embtrain::text {

constexpr std::size_t kBlock = 64;  // bytes classified at a time
constexpr std::uint8_t kNewline = 10;

// Bit i says something about byte i of a block.
struct Masks {
  std::uint64_t white;
  std::uint64_t newline;
};

// The six bytes that separate words: space, \t, \n, \v, \f, \r. Everything else belongs to a word.
inline bool is_white(std::uint8_t byte) { return byte == ' ' || static_cast<std::uint8_t>(byte - 9) <= 4; }

#if defined(__SSE2__)
inline Masks classify(const std::uint8_t *block) {
  const __m128i nine = _mm_set1_epi8(9), four = _mm_set1_epi8(4);
  const __m128i space = _mm_set1_epi8(' '), newline = _mm_set1_epi8(kNewline);
  Masks masks{0, 0};
  for (int part = 0; part < 4; ++part) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i *>(block + 16 * part));
    const __m128i above = _mm_sub_epi8(bytes, nine);
    const __m128i control = _mm_cmpeq_epi8(_mm_min_epu8(above, four), above);
    const __m128i white = _mm_or_si128(_mm_cmpeq_epi8(bytes, space), control);
    const auto bits = [part](__m128i found) {
      return static_cast<std::uint64_t>(static_cast<std::uint32_t>(_mm_movemask_epi8(found))) << (16 * part);
    };
    masks.white |= bits(white);
    masks.newline |= bits(_mm_cmpeq_epi8(bytes, newline));
  }
  return masks;
}
#else
inline Masks classify(const std::uint8_t *block) {
  Masks masks{0, 0};
  for (std::size_t i = 0; i < kBlock; ++i) {
    masks.white |= static_cast<std::uint64_t>(is_white(block[i])) << i;
    masks.newline |= static_cast<std::uint64_t>(block[i] == kNewline) << i;
  }
  return masks;
}
#endif

inline unsigned lowest_bit(std::uint64_t bits) { return static_cast<unsigned>(__builtin_ctzll(bits)); }
inline unsigned count_bits(std::uint64_t bits) { return static_cast<unsigned>(__builtin_popcountll(bits)); }

}  // namespace embtrain::text
