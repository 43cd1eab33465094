#include "formats/binary_parser.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace embtrain {
namespace {

// The bytes of a row and of the space before it can be counted.
constexpr size_t kMaxDim = SIZE_MAX / sizeof(float) - 1;

}  // namespace

BinaryRows parse_binary(const char *block, size_t size, size_t dim, size_t max_rows, bool with_values) {
  if (dim == 0 || dim > kMaxDim)
    throw std::invalid_argument("dim must be at least 1, and a row must fit in memory");
  const size_t row_bytes = dim * sizeof(float);
  BinaryRows rows;
  const size_t capacity = std::min(max_rows, size / (row_bytes + 1));
  if (with_values) rows.values.reset(new float[capacity * dim]);
  float *values = rows.values.get();
  const char *const end = block + size;
  const char *p = block;
  while (rows.size() < capacity) {
    const char *word = p < end && *p == '\n' ? p + 1 : p;
    const void *space = std::memchr(word, ' ', static_cast<size_t>(end - word));
    if (space == nullptr) break;
    const char *vector = static_cast<const char *>(space) + 1;
    if (static_cast<size_t>(end - vector) < row_bytes) break;
    rows.arena.insert(rows.arena.end(), word, vector - 1);
    rows.offsets.push_back(static_cast<int64_t>(rows.arena.size()));
    rows.starts.push_back(word - block);
    if (with_values) {
      std::memcpy(values, vector, row_bytes);
      values += dim;
    }
    p = vector + row_bytes;
  }
  rows.consumed = static_cast<size_t>(p - block);
  return rows;
}

}  // namespace embtrain
