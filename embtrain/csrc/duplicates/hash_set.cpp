#include "duplicates/hash_set.h"

#include <stdexcept>

namespace embtrain::duplicates {

namespace {

constexpr std::size_t kFirst = 16;            // slots of a part
constexpr std::size_t kMost = 0xFFFFFFFFull;  // slots of a part: `place` multiplies by 32 bits
constexpr Hash kFree{}, kInsteadOfFree{1, 0};

}  // namespace

// The slot of a hash, or the free one where it belongs.
Hash *HashSet::find(std::vector<Hash> &slots, const Hash &hash) {
  for (std::size_t slot = place(hash, slots.size());; slot = slot + 1 == slots.size() ? 0 : slot + 1)
    if (slots[slot] == hash || slots[slot] == kFree) return &slots[slot];
}

bool HashSet::add(Hash hash) {
  Part &part = parts_[hash.high % kParts];
  if (hash == kFree) hash = kInsteadOfFree;
  if (part.slots.empty()) grow(part);
  Hash *slot = find(part.slots, hash);
  if (*slot == hash) return false;
  if (5 * (part.used + 1) > 4 * part.slots.size()) {
    grow(part);
    slot = find(part.slots, hash);
  }
  *slot = hash;
  ++part.used;
  ++size_;
  return true;
}

void HashSet::grow(Part &part) {
  const std::size_t slots = part.slots.empty() ? kFirst : part.slots.size() + part.slots.size() / 2;
  // Both are there for a moment.
  if (slots > kMost || memory() + slots * sizeof(Hash) > limit_)
    throw std::length_error("the memory for different lines is used up");
  std::vector<Hash> larger(slots);
  for (const Hash &hash : part.slots)
    if (!(hash == kFree)) *find(larger, hash) = hash;
  slots_ += slots - part.slots.size();
  part.slots.swap(larger);
}

}  // namespace embtrain::duplicates
