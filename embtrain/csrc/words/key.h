// Bytes of text: which are white space, and how the bytes of a word become a key.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace embtrain::text {

constexpr std::size_t kBlock = 64;  // bytes classified at a time
constexpr std::size_t kShort = 16;  // words up to this many bytes are their own key
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

inline std::uint64_t load64(const std::uint8_t *bytes) {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// A word as the tables compare it. Short words: their bytes in memory order, padded with zeros (a NUL is told
// from padding by the size). Long words: low is the hash of all bytes and high is 0.
struct Key {
  std::uint64_t low, high, hash;
  std::uint32_t size;
};

inline std::uint64_t hash_short(std::uint64_t low, std::uint64_t high, std::uint32_t size) {
  std::uint64_t hash = (low ^ (size * 0x9E3779B97F4A7C15ull)) * 0xD6E8FEB86659FD93ull;
  hash = ((hash ^ (hash >> 32)) + high) * 0xA0761D6478BD642Full;
  return hash ^ (hash >> 32);
}

inline std::uint64_t hash_long(const std::uint8_t *word, std::size_t size) {
  std::uint64_t hash = size * 0x9E3779B97F4A7C15ull;
  const auto mix = [&hash](std::uint64_t bytes) {
    hash = (hash ^ bytes) * 0xD6E8FEB86659FD93ull;
    hash ^= hash >> 32;
  };
  for (std::size_t i = 0; i + 8 < size; i += 8) mix(load64(word + i));
  mix(load64(word + size - 8));
  return hash;
}

// Key of word[0, size). Reads no byte at or beyond `limit`, the end of the readable memory.
inline Key make_key(const std::uint8_t *word, std::size_t size, const std::uint8_t *limit) {
  static constexpr std::uint8_t kKeep[2 * kShort] = {255, 255, 255, 255, 255, 255, 255, 255,
                                                     255, 255, 255, 255, 255, 255, 255, 255};
  const auto small = static_cast<std::uint32_t>(size);
  if (size > kShort) {
    const std::uint64_t hash = hash_long(word, size);
    return {hash, 0, hash, small};
  }
  std::uint8_t copy[kShort] = {};
  if (static_cast<std::size_t>(limit - word) < kShort) {
    std::memcpy(copy, word, size);
    word = copy;
  }
  const std::uint64_t low = load64(word) & load64(kKeep + kShort - size);
  const std::uint64_t high = load64(word + 8) & load64(kKeep + kShort + 8 - size);
  return {low, high, hash_short(low, high, small), small};
}

}  // namespace embtrain::text
