#include "formats/entries.h"

#include <cstring>

namespace embtrain {

namespace {

template <typename T>
T load(const uint8_t *at) {
  T value;
  std::memcpy(&value, at, sizeof value);
  return value;
}

template <typename T>
void store(std::vector<uint8_t> &out, T value) {
  const auto *bytes = reinterpret_cast<const uint8_t *>(&value);
  out.insert(out.end(), bytes, bytes + sizeof value);
}

// The position of an entry's word, and the bytes of the entry; 0 if it is incomplete.
struct Extent {
  size_t start, size, whole;
};

Extent extent_of(const uint8_t *data, size_t left, EntryLayout layout) {
  if (layout == EntryLayout::kFasttext) {
    const void *end = left ? std::memchr(data, 0, left) : nullptr;
    if (!end) return {0, 0, 0};
    const auto size = static_cast<size_t>(static_cast<const uint8_t *>(end) - data);
    return {0, size, left - size >= 10 ? size + 10 : 0};
  }
  if (left < 4) return {0, 0, 0};
  const size_t size = load<uint32_t>(data), whole = 4 + size + (layout == EntryLayout::kIndexed ? 8 : 0);
  return {4, size, left >= whole ? whole : 0};
}

}  // namespace

Entries read_entries(const uint8_t *data, size_t size, size_t n_max, EntryLayout layout) {
  Entries found;
  for (size_t n = 0; n < n_max; ++n) {
    const uint8_t *entry = data + found.consumed;
    const Extent extent = extent_of(entry, size - found.consumed, layout);
    if (extent.whole == 0) break;
    const uint8_t *word = entry + extent.start, *rest = word + extent.size;
    found.arena.insert(found.arena.end(), word, rest);
    found.offsets.push_back(static_cast<int64_t>(found.arena.size()));
    if (layout == EntryLayout::kFasttext) {
      found.values.push_back(load<int64_t>(rest + 1));
      found.types.push_back(rest[9]);
    } else if (layout == EntryLayout::kIndexed) {
      found.values.push_back(load<int64_t>(rest));
    }
    found.consumed += extent.whole;
  }
  return found;
}

std::vector<uint8_t> write_entries(const uint8_t *arena, const int64_t *offsets, size_t n_words,
                                   const int64_t *values, EntryLayout layout) {
  std::vector<uint8_t> out;
  out.reserve(static_cast<size_t>(offsets[n_words] - offsets[0]) + 12 * n_words);
  for (size_t i = 0; i < n_words; ++i) {
    const uint8_t *word = arena + offsets[i];
    const auto size = static_cast<size_t>(offsets[i + 1] - offsets[i]);
    if (layout != EntryLayout::kFasttext) store(out, static_cast<uint32_t>(size));
    out.insert(out.end(), word, word + size);
    if (layout == EntryLayout::kFasttext) out.push_back(0);
    if (layout != EntryLayout::kPrefixed) store(out, values ? values[i] : int64_t{0});
    if (layout == EntryLayout::kFasttext) out.push_back(0);
  }
  return out;
}

}  // namespace embtrain
