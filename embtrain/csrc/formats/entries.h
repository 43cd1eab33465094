// Words as binary formats list them one after another: fastText's dictionary and finalfusion's vocabularies.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace embtrain {

enum class EntryLayout {
  kFasttext,  // bytes, NUL, count (i64), type (u8)
  kPrefixed,  // number of bytes (u32), bytes
  kIndexed,   // number of bytes (u32), bytes, index (u64)
};

// Entries that were read, word i being arena[offsets[i] .. offsets[i + 1]). Vectors grow with what is there.
struct Entries {
  std::vector<uint8_t> arena;
  std::vector<int64_t> offsets{0};
  std::vector<int64_t> values;  // count or index; empty for kPrefixed
  std::vector<uint8_t> types;   // kFasttext only
  size_t consumed = 0;          // bytes of the entries; what follows is the start of another one
};

// Reads up to n_max entries, those that are whole.
Entries read_entries(const uint8_t *data, size_t size, size_t n_max, EntryLayout layout);

// Writes the words [first, last) as entries, with value(s) `values` where the layout has them (0 if null).
// offsets must have been checked to lie within the arena.
std::vector<uint8_t> write_entries(const uint8_t *arena, const int64_t *offsets, size_t n_words,
                                   const int64_t *values, EntryLayout layout);

}  // namespace embtrain
