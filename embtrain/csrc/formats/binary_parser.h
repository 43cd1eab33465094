// Parses rows of word2vec's binary format: a word, a space, dim float32, and in one dialect a newline.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace embtrain {

struct BinaryRows {
  std::vector<uint8_t> arena;       // the words, one after another
  std::vector<int64_t> offsets{0};  // [rows + 1]
  std::vector<int64_t> starts;      // [rows], byte of the block where each row begins
  std::unique_ptr<float[]> values;  // [rows, dim], null if only words were requested
  size_t consumed = 0;              // bytes of the block that these rows take

  size_t size() const { return starts.size(); }
};

// Parses the whole rows at the start of a block, at most max_rows. A newline before a word ends the previous
// row, so both dialects are read, even mixed. Throws std::invalid_argument if dim
// is 0, or so large that no memory holds a row.
BinaryRows parse_binary(const char *block, size_t size, size_t dim, size_t max_rows, bool with_values);

}  // namespace embtrain
