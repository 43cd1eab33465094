// A set of 128-bit hashes that takes little more memory than they have bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace embtrain::duplicates {

struct Hash {
  std::uint64_t low = 0, high = 0;
  bool operator==(const Hash &other) const { return low == other.low && high == other.high; }
};

// Two hashes of the kind of wyhash (Wang Yi 2019), each a chain of 64 by 64 bit products, with constants of
// their own.
inline Hash hash_of(const std::uint8_t *text, std::size_t size) {
  const auto mixed = [](std::uint64_t a, std::uint64_t b) {
    __extension__ using Wide = unsigned __int128;
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
  };
  Hash hash{size * 0x9E3779B97F4A7C15ull, ~size * 0xD6E8FEB86659FD93ull};
  const auto take = [&](const std::uint8_t *block) {
    std::uint64_t first, second;
    std::memcpy(&first, block, sizeof first);
    std::memcpy(&second, block + sizeof first, sizeof second);
    hash.low = mixed(first ^ 0xA0761D6478BD642Full, second ^ hash.low);
    hash.high = mixed(first ^ hash.high, second ^ 0xE7037ED1A0B428DBull);
  };
  std::size_t i = 0;
  for (; i + 16 <= size; i += 16) take(text + i);
  std::uint8_t rest[16] = {};
  if (i < size) std::memcpy(rest, text + i, size - i);
  take(rest);
  return {mixed(hash.low, 0x8EBC6AF09C88C6E3ull), mixed(hash.high, 0x589965CC75374CC3ull)};
}

// Open addressing in parts by some bits of the hash. Only one part at a time grows, so that growing takes
// hardly any memory, and by half, so that slots (16 bytes) are between 53 and 80 % full: 20 to 30 bytes a
// hash.
class HashSet {
 public:
  static constexpr std::size_t kParts = 256;

  // Throws std::length_error if more than `limit` bytes would be needed; std::bad_alloc.
  explicit HashSet(std::size_t limit) : limit_(limit), parts_(kParts) {}

  // Adds a hash; returns whether it is new.
  bool add(Hash hash);
  void prefetch(const Hash &hash) const {
    const Part &part = parts_[hash.high % kParts];
    if (!part.slots.empty()) __builtin_prefetch(&part.slots[place(hash, part.slots.size())]);
  }
  std::size_t size() const { return size_; }
  // Bytes in use.
  std::size_t memory() const { return slots_ * sizeof(Hash); }

 private:
  struct Part {
    std::vector<Hash> slots;  // those that are free hold zeros
    std::size_t used = 0;
  };

  static std::size_t place(const Hash &hash, std::size_t slots) {
    return static_cast<std::size_t>(((hash.low >> 32) * slots) >> 32);
  }
  static Hash *find(std::vector<Hash> &slots, const Hash &hash);
  void grow(Part &part);

  std::size_t limit_, size_ = 0, slots_ = 0;
  std::vector<Part> parts_;
};

}  // namespace embtrain::duplicates
