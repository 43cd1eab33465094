#include "formats/row_writer.h"

#include <charconv>
#include <cstring>
#include <stdexcept>

#include "formats/shortest.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "the vector formats are little-endian and are copied as they are in memory"
#endif

namespace embtrain {
namespace {

// The longest shortest form of a float32 is like -1.17549435e-38, 15 characters (with 9 digits of precision
// too); one more for the separator before it.
constexpr size_t kValueChars = 16;
constexpr int kMaxPrecision = 9;

char *copy(char *out, Span span) {
  if (span.size) std::memcpy(out, span.data, span.size);
  return out + span.size;
}

char *print(char *out, float value, int precision) {
  if (precision == 0) return print_shortest(out, value);
  return std::to_chars(out, out + kValueChars - 1, value, std::chars_format::general, precision).ptr;
}

}  // namespace

size_t row_capacity(const Words &words, size_t dim, const TextStyle &style) {
  if (style.precision < 0 || style.precision > kMaxPrecision)
    throw std::invalid_argument("precision must be 0 to 9");
  size_t n_bytes = words.n_words * (dim * kValueChars + 2);
  for (size_t row = 0; row < words.n_words; ++row) n_bytes += word(words, row).size;
  return n_bytes;
}

size_t binary_rows(const Words &words, const float *values, size_t dim, char *out) {
  char *const begin = out;
  for (size_t row = 0; row < words.n_words; ++row, values += dim) {
    out = copy(out, word(words, row));
    *out++ = ' ';
    out = copy(out, {reinterpret_cast<const uint8_t *>(values), dim * sizeof(float)});
    *out++ = '\n';
  }
  return static_cast<size_t>(out - begin);
}

size_t text_rows(const Words &words, const float *values, size_t dim, const TextStyle &style, char *out) {
  char *const begin = out;
  for (size_t row = 0; row < words.n_words; ++row, values += dim) {
    out = copy(out, word(words, row));
    for (size_t i = 0; i < dim; ++i) {
      *out++ = style.separator;
      out = print(out, values[i], style.precision);
    }
    *out++ = '\n';
  }
  return static_cast<size_t>(out - begin);
}

}  // namespace embtrain
