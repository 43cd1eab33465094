// Words of a vocabulary that lie one after another, and what is unusual about them.
#pragma once
#include <cstddef>
#include <cstdint>

namespace embtrain {

// Word i is arena[offsets[i] .. offsets[i + 1]). Nothing about them is trusted.
struct Words {
  const uint8_t *arena;
  size_t n_bytes;
  const int64_t *offsets;
  size_t n_words;
};

struct Span {
  const uint8_t *data;
  size_t size;
};

// Throws std::invalid_argument where the offsets leave the arena or go back.
Span word(const Words &words, size_t row);

// What is unusual about a word, as bits.
enum WordFlag : uint8_t {
  kBadUtf8 = 1,
  kSpace = 2,         // 0x20
  kOtherWhite = 4,    // \t \n \v \f \r
  kUnicodeWhite = 8,  // NBSP, thin space and kin, where the word is UTF-8
  kEmptyWord = 16,
};

// Flags of each word, into flags [n_words]. Throws as word().
void flag_words(const Words &words, uint8_t *flags);

}  // namespace embtrain
