#include "formats/row_writer.h"

#include <charconv>
#include <cstring>
#include <stdexcept>

#include "numbers/print_four_decimals.h"
#include "numbers/print_shortest.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the vector formats are little-endian and are copied as they are in memory"
#endif

namespace embtrain {
namespace {

// A float32 takes at most 15 characters, like -1.17549435e-38, in its shortest form or with 9 digits of
// precision; one more for the separator before it.
constexpr size_t kValueChars = 16;
constexpr int kMaxPrecision = 9;

char *copy(char *out, Span span) {
  if (span.size) std::memcpy(out, span.data, span.size);
  return out + span.size;
}

// Prints the values of a row, each with the fewest characters that parse to the same float32.
char *print_shortest_row(char *out, const float *values, size_t dim, char separator) {
  size_t i = 0;
  while (i < dim) {
    const size_t n_printed = print_fours(values + i, dim - i, separator, out);
    i += n_printed;
    // The next values have another form or are fewer than four. If print_fours printed none, take the rest of
    // the row.
    const size_t stop = n_printed != 0 && i + 4 < dim ? i + 4 : dim;
    for (; i < stop; ++i) {
      *out++ = separator;
      out = print_shortest(out, values[i]);
    }
  }
  return out;
}

char *print_rounded_row(char *out, const float *values, size_t dim, const TextStyle &style) {
  for (size_t i = 0; i < dim; ++i) {
    *out++ = style.separator;
    out =
        std::to_chars(out, out + kValueChars - 1, values[i], std::chars_format::general, style.precision).ptr;
  }
  return out;
}

// Each row has a separator and a newline besides its word and values.
size_t capacity(const WordList &words, size_t value_bytes) {
  size_t n_bytes = words.n_words * (value_bytes + 2);
  for (size_t row = 0; row < words.n_words; ++row) n_bytes += word(words, row).size;
  return n_bytes;
}

}  // namespace

size_t binary_capacity(const WordList &words, size_t dim) { return capacity(words, dim * sizeof(float)); }

size_t text_capacity(const WordList &words, size_t dim, const TextStyle &style) {
  if (style.precision < 0 || style.precision > kMaxPrecision)
    throw std::invalid_argument("precision must be 0 to 9");
  return capacity(words, dim * kValueChars);
}

size_t binary_rows(const WordList &words, const float *values, size_t dim, char *out) {
  char *const begin = out;
  for (size_t row = 0; row < words.n_words; ++row, values += dim) {
    out = copy(out, word(words, row));
    *out++ = ' ';
    out = copy(out, {reinterpret_cast<const uint8_t *>(values), dim * sizeof(float)});
    *out++ = '\n';
  }
  return static_cast<size_t>(out - begin);
}

size_t text_rows(const WordList &words, const float *values, size_t dim, const TextStyle &style, char *out) {
  char *const begin = out;
  for (size_t row = 0; row < words.n_words; ++row, values += dim) {
    out = copy(out, word(words, row));
    out = style.precision == 0 ? print_shortest_row(out, values, dim, style.separator)
                               : print_rounded_row(out, values, dim, style);
    *out++ = '\n';
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace embtrain
