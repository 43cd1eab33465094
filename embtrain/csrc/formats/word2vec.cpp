#include "formats/word2vec.h"

#include <charconv>
#include <cstring>
#include <stdexcept>
#include <string>

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the vector formats are little-endian and are copied as they are in memory"
#endif

namespace embtrain {
namespace {

// The longest shortest form of a float32 is like -1.17549435e-38, 15 characters; one more for the space
// before it.
constexpr size_t kValueChars = 16;

struct Span {
  const uint8_t *data;
  size_t size;
};

Span word(const Words &words, size_t row) {
  const int64_t start = words.offsets[row], stop = words.offsets[row + 1];
  if (start < 0 || stop < start || static_cast<uint64_t>(stop) > words.n_bytes)
    throw std::invalid_argument("vocab.offsets: word " + std::to_string(row) +
                                " does not lie within the words' bytes");
  return {words.arena + start, static_cast<size_t>(stop - start)};
}

char *copy(char *out, Span span) {
  if (span.size) std::memcpy(out, span.data, span.size);
  return out + span.size;
}

}  // namespace

Unwritable find_unwritable(const Words &words) {
  Unwritable found{0, -1};
  for (size_t row = 0; row < words.n_words; ++row) {
    const Span span = word(words, row);
    bool bad = span.size == 0;
    for (size_t i = 0; i < span.size; ++i) bad |= span.data[i] == ' ' || span.data[i] == '\n';
    if (!bad) continue;
    if (found.count++ == 0) found.first = static_cast<int64_t>(row);
  }
  return found;
}

size_t row_capacity(const Words &words, size_t first, size_t n_rows, size_t dim) {
  if (first > words.n_words || n_rows > words.n_words - first)
    throw std::invalid_argument("there are more rows of vectors than words");
  size_t n_bytes = n_rows * (dim * kValueChars + 2);
  for (size_t row = first; row < first + n_rows; ++row) n_bytes += word(words, row).size;
  return n_bytes;
}

size_t binary_rows(const Words &words, size_t first, size_t n_rows, const float *values, size_t dim,
                   char *out) {
  char *const begin = out;
  for (size_t row = 0; row < n_rows; ++row, values += dim) {
    out = copy(out, word(words, first + row));
    *out++ = ' ';
    out = copy(out, {reinterpret_cast<const uint8_t *>(values), dim * sizeof(float)});
    *out++ = '\n';
  }
  return static_cast<size_t>(out - begin);
}

size_t text_rows(const Words &words, size_t first, size_t n_rows, const float *values, size_t dim,
                 char *out) {
  char *const begin = out;
  for (size_t row = 0; row < n_rows; ++row, values += dim) {
    out = copy(out, word(words, first + row));
    for (size_t i = 0; i < dim; ++i) {
      *out++ = ' ';
      out = std::to_chars(out, out + kValueChars - 1, values[i]).ptr;
    }
    *out++ = '\n';
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace embtrain
