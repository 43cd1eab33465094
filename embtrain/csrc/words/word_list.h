// Words stored one after another.
#pragma once
#include <cstddef>
#include <cstdint>

namespace embtrain {

// Word i is arena[offsets[i] .. offsets[i + 1]). The offsets are not trusted.
struct WordList {
  const std::uint8_t *arena;
  std::size_t n_bytes;
  const std::int64_t *offsets;
  std::size_t n_words;
};

struct Span {
  const std::uint8_t *data;
  std::size_t size;
};

// Throws std::invalid_argument.
[[noreturn]] void refuse_offsets(std::size_t row);

// Throws std::invalid_argument if the offsets leave the arena or decrease.
inline Span word(const WordList &words, std::size_t row) {
  const std::int64_t start = words.offsets[row], stop = words.offsets[row + 1];
  if (start < 0 || stop < start || static_cast<std::uint64_t>(stop) > words.n_bytes) refuse_offsets(row);
  return {words.arena + start, static_cast<std::size_t>(stop - start)};
}

}  // namespace embtrain
