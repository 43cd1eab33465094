// Parses vectors written as text: a word and dim numbers per line, separated by one kind of byte.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace embtrain {

enum class Fault : int64_t { kWidth = 0, kNumber = 1, kEmpty = 2 };
enum class OnFault { kStop, kSkip, kReplace };

// A line that is not a row: its number within the block, its bytes, and whether it is the last line.
struct BadLine {
  int64_t line;
  Fault fault;
  std::string text;
  bool is_last;
};

struct TextRows {
  size_t dim = 0;
  std::vector<uint8_t> arena;       // the words, one after another
  std::vector<int64_t> offsets{0};  // [rows + 1]
  std::vector<int64_t> lines;       // [rows], line of each row within the block
  std::unique_ptr<float[]> values;  // [rows, dim]
  std::vector<BadLine> bad;
  int64_t n_lines = 0;

  size_t size() const { return lines.size(); }
};

// How lines are split.
struct TextLayout {
  size_t dim;
  char separator;
  OnFault on_fault;
};

// Parses whole lines; the block must end with a newline. The last dim fields of a line are the row, and
// everything before them is the word, separators included. Lines may end with CRLF or with separators. kStop
// stops at the first bad line, kSkip leaves bad lines out, and kReplace reads 0 for fields that are not
// numbers. Memory: 4 bytes per byte of text, of which only the bytes that values need are touched, and 16 per
// value of a row.
TextRows parse_text(const char *block, size_t size, const TextLayout &layout);

// Counts the fields at the end of a line that are numbers, at most all but one.
size_t count_numbers(const char *line, size_t size, char separator);

}  // namespace embtrain
