// Rows of vectors as word2vec's formats hold them, binary and text.
#pragma once
#include <cstddef>
#include <cstdint>

#include "words/word_list.h"

namespace embtrain {

// How a number becomes text: precision significant digits, or with 0 the fewest characters that give back the
// same float32.
struct TextStyle {
  char separator;
  int precision;
};

// Bytes that the formatted rows of these words need at most. Throw std::invalid_argument where the offsets
// leave the arena or go back, or the precision is not 0 to 9.
size_t binary_capacity(const WordList &words, size_t dim);
size_t text_capacity(const WordList &words, size_t dim, const TextStyle &style);

// Writes "word", space, dim little-endian float32, newline per row; returns the bytes written.
// values is [n_words, dim]; out holds binary_capacity bytes.
size_t binary_rows(const WordList &words, const float *values, size_t dim, char *out);

// Writes "word value value ...", newline per row, with the style's separator.
size_t text_rows(const WordList &words, const float *values, size_t dim, const TextStyle &style, char *out);

}  // namespace embtrain
