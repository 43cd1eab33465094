// Flags what is unusual about the words of a vocabulary.
#pragma once
#include <cstdint>

#include "words/word_list.h"

namespace embtrain {

// What is unusual about a word, as bits.
enum WordFlag : uint8_t {
  kBadUtf8 = 1,
  kSpace = 2,         // 0x20
  kOtherWhite = 4,    // \t \n \v \f \r
  kUnicodeWhite = 8,  // NBSP, thin space and the like, in words that are UTF-8
  kEmptyWord = 16,
};

// Writes the flags of each word to flags [n_words]. Throws like word().
void flag_words(const WordList &words, uint8_t *flags);

}  // namespace embtrain
