// Makes the key by which tables find a word.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>

namespace embtrain {

constexpr std::size_t kShort = 16;  // words up to this many bytes are their own key

inline std::uint64_t load64(const std::uint8_t *bytes) {
  std::uint64_t value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

// A word as the tables compare it. Short words: their bytes in memory order, padded with zeros (the size
// tells a NUL from padding). Long words: low is the hash of all bytes and high is 0.
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

}  // namespace embtrain
