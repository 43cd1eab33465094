// Reads and writes the word lists of binary formats: fastText's dictionary, finalfusion's vocabularies.
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

// Entries that were read. Word i is arena[offsets[i] .. offsets[i + 1]). The vectors grow with the data.
struct Entries {
  std::vector<uint8_t> arena;
  std::vector<int64_t> offsets{0};
  std::vector<int64_t> values;  // count or index; empty for kPrefixed
  std::vector<uint8_t> types;   // kFasttext only
  size_t consumed = 0;          // bytes of the entries; the rest starts another one
};

// Reads up to n_max complete entries.
Entries read_entries(const uint8_t *data, size_t size, size_t n_max, EntryLayout layout);

// Writes words as entries, with `values` (0 if null) if the layout has them. The caller must have checked
// that the offsets are within the arena.
std::vector<uint8_t> write_entries(const uint8_t *arena, const int64_t *offsets, size_t n_words,
                                   const int64_t *values, EntryLayout layout);

}  // namespace embtrain
