#include "ngrams/hashes.h"

namespace embtrain::ngrams {

namespace {

constexpr std::uint64_t kFnvOffset = 0xcbf29ce484222325, kFnvPrime = 0x100000001b3;

std::uint64_t mix_bytes(std::uint64_t hash, std::uint64_t value, int n_bytes) {
  for (int i = 0; i < n_bytes; ++i) hash = (hash ^ (value >> (8 * i) & 0xff)) * kFnvPrime;
  return hash;
}

// Bytes of the UTF-8 sequence that a first byte announces; 0 if it announces none.
std::size_t announced(std::uint8_t byte) {
  if (byte < 0x80) return 1;
  if (byte >= 0xc2 && byte < 0xe0) return 2;
  if (byte >= 0xe0 && byte < 0xf0) return 3;
  return byte >= 0xf0 && byte < 0xf5 ? 4 : 0;
}

// The code point at text; `used` is set to its bytes.
std::uint32_t code_point(const std::uint8_t *text, std::size_t size, std::size_t &used) {
  const std::size_t length = announced(text[0]);
  used = 1;
  if (length == 1) return text[0];
  std::uint32_t point = length ? text[0] & (0xffu >> (length + 1)) : 0;
  bool whole = length != 0 && length <= size;
  for (std::size_t i = 1; whole && i < length; ++i) {
    whole = (text[i] & 0xc0) == 0x80;
    point = point << 6 | (text[i] & 0x3fu);
  }
  const bool overlong = (length == 3 && point < 0x800) || (length == 4 && point < 0x10000);
  if (!whole || overlong || point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) return 0xdc00u + text[0];
  used = length;
  return point;
}

std::uint64_t rotate(std::uint64_t value, int by) { return value << by | value >> (64 - by); }

std::uint64_t finish(std::uint64_t value) {
  value = (value ^ value >> 33) * 0xff51afd7ed558ccd;
  value = (value ^ value >> 33) * 0xc4ceb9fe1a85ec53;
  return value ^ value >> 33;
}

constexpr std::uint64_t kMurmur1 = 0x87c37b91114253d5, kMurmur2 = 0x4cf5ad432745937f;

std::uint64_t scramble1(std::uint64_t word) { return rotate(word * kMurmur1, 31) * kMurmur2; }
std::uint64_t scramble2(std::uint64_t word) { return rotate(word * kMurmur2, 33) * kMurmur1; }

std::uint64_t load(const std::uint8_t *text, std::size_t size) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < size; ++i) word |= static_cast<std::uint64_t>(text[i]) << (8 * i);
  return word;
}

}  // namespace

std::uint32_t fasttext_hash(const std::uint8_t *text, std::size_t size) {
  std::uint32_t hash = 2166136261u;
  for (std::size_t i = 0; i < size; ++i) {
    hash ^= static_cast<std::uint32_t>(static_cast<std::int8_t>(text[i]));
    hash *= 16777619u;
  }
  return hash;
}

std::uint64_t finalfusion_hash(const std::uint8_t *text, std::size_t size, std::uint64_t n_chars) {
  std::uint64_t hash = mix_bytes(kFnvOffset, n_chars, 8);
  for (std::size_t i = 0, used; i < size; i += used)
    hash = mix_bytes(hash, code_point(text + i, size - i, used), 4);
  return hash;
}

std::array<std::uint32_t, 4> floret_hashes(const std::uint8_t *text, std::size_t size, std::uint32_t seed) {
  std::uint64_t h1 = seed, h2 = seed;
  const std::size_t whole = size / 16 * 16;
  for (std::size_t i = 0; i < whole; i += 16) {
    h1 = (rotate(h1 ^ scramble1(load(text + i, 8)), 27) + h2) * 5 + 0x52dce729;
    h2 = (rotate(h2 ^ scramble2(load(text + i + 8, 8)), 31) + h1) * 5 + 0x38495ab5;
  }
  const std::size_t left = size - whole;
  if (left > 8) h2 ^= scramble2(load(text + whole + 8, left - 8));
  if (left > 0) h1 ^= scramble1(load(text + whole, left < 8 ? left : 8));
  h1 ^= size;
  h2 ^= size;
  h1 += h2;
  h2 += h1;
  h1 = finish(h1);
  h2 = finish(h2);
  h1 += h2;
  h2 += h1;
  return {static_cast<std::uint32_t>(h1), static_cast<std::uint32_t>(h1 >> 32),
          static_cast<std::uint32_t>(h2), static_cast<std::uint32_t>(h2 >> 32)};
}

}  // namespace embtrain::ngrams
