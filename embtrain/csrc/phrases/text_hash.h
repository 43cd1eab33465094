// A hash of texts from which that of two texts one after the other follows.
#pragma once
#include <cstddef>
#include <cstdint>

namespace embtrain::phrases {

// A polynomial in the bytes, modulo 2^64 (Karp and Rabin 1987), and its base to the power of their number.
struct TextHash {
  std::uint64_t value = 0, power = 1;
};

inline TextHash operator+(const TextHash &first, const TextHash &next) {
  return {first.value * next.power + next.value, first.power * next.power};
}

inline TextHash hash_text(const std::uint8_t *text, std::size_t size) {
  constexpr std::uint64_t kBase = 0x9E3779B97F4A7C55ull;
  TextHash hash;
  for (std::size_t i = 0; i < size; ++i) {
    hash.value = hash.value * kBase + text[i] + 1;
    hash.power *= kBase;
  }
  return hash;
}

// Spreads what differs over all bits.
inline std::uint64_t mixed(std::uint64_t hash) {
  hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93ull;
  hash = (hash ^ (hash >> 32)) * 0xD6E8FEB86659FD93ull;
  return hash ^ (hash >> 32);
}

}  // namespace embtrain::phrases
