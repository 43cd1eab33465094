// Rows of vectors as word2vec's formats hold them, binary and text.
#pragma once
#include <cstddef>
#include <cstdint>

namespace embtrain {

// The words of a vocabulary: word i is arena[offsets[i] .. offsets[i + 1]). Nothing about them is trusted.
struct Words {
  const uint8_t *arena;
  size_t n_bytes;
  const int64_t *offsets;
  size_t n_words;
};

struct Unwritable {
  int64_t count;  // words that are empty or hold a space or a newline
  int64_t first;  // row of the first of them, -1 if there is none
};

// Finds the words that formats separated by spaces and newlines cannot hold.
// Throws std::invalid_argument where the offsets leave the arena or go back.
Unwritable find_unwritable(const Words &words);

// Bytes that the formatted rows [first, first + n_rows) need at most. Throws std::invalid_argument as above,
// and where the rows are not in the vocabulary.
size_t row_capacity(const Words &words, size_t first, size_t n_rows, size_t dim);

// Writes "word", space, dim little-endian float32, newline per row; returns the bytes written.
// values is [n_rows, dim]; out holds row_capacity bytes.
size_t binary_rows(const Words &words, size_t first, size_t n_rows, const float *values, size_t dim,
                   char *out);

// Writes "word value value ...", newline per row, each value with the fewest digits that give back the same
// float32.
size_t text_rows(const Words &words, size_t first, size_t n_rows, const float *values, size_t dim, char *out);

}  // namespace embtrain
