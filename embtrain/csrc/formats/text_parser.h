// Rows of vectors as text: a word and dim numbers per line, separated by one kind of byte.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace embtrain {

enum class Fault : int64_t { kWidth = 0, kNumber = 1, kEmpty = 2 };
enum class OnFault { kStop, kSkip, kReplace };

// A line that is not a row: its number within the block, its bytes, and whether none follows.
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

// How lines are taken apart.
struct TextLayout {
  size_t dim;
  char separator;
  OnFault on_fault;
};

// Parses whole lines: the block must end with a newline. A row is the last dim fields of its line; the word
// is all that comes before them, separators included. Ends of lines may be CRLF or have separators before
// them. kStop ends at the first bad line, kSkip leaves it out, kReplace puts 0 for what is no number. Memory:
// 4 bytes per byte of text, of which those are touched that values need, and 16 per value of a row.
TextRows parse_text(const char *block, size_t size, const TextLayout &layout);

// How many fields at the end of a line are numbers, at most all but one.
size_t count_numbers(const char *line, size_t size, char separator);

}  // namespace embtrain
