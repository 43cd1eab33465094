// Writes rows of vectors in word2vec's binary and text formats.
#pragma once
#include <cstddef>
#include <cstdint>

#include "words/word_list.h"

namespace embtrain {

// How a number is printed: with `precision` significant digits, or if that is 0 with the fewest characters
// that parse to the same float32.
struct TextStyle {
  char separator;
  int precision;
};

// An upper bound of the bytes that the formatted rows take. Throw std::invalid_argument if the offsets leave
// the arena or decrease, or if the precision is not 0 to 9.
size_t binary_capacity(const WordList &words, size_t dim);
size_t text_capacity(const WordList &words, size_t dim, const TextStyle &style);

// Writes "word", space, dim little-endian float32, newline per row; returns the bytes written.
// values is [n_words, dim]; out holds binary_capacity bytes.
size_t binary_rows(const WordList &words, const float *values, size_t dim, char *out);

// Writes "word value value ...", newline per row, with the style's separator.
size_t text_rows(const WordList &words, const float *values, size_t dim, const TextStyle &style, char *out);

}  // namespace embtrain
