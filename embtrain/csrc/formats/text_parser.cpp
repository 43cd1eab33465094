#include "formats/text_parser.h"

#include <cstring>
#include <optional>
#include <stdexcept>

#include "formats/field_ends.h"
#include "numbers/parse_four_decimals.h"
#include "numbers/parse_number.h"

namespace embtrain {
namespace {

struct Line {
  const char *begin;
  const char *end;  // after the last byte of the last field
};

Line trimmed(const char *begin, const char *end, char separator) {
  if (end > begin && end[-1] == '\r') --end;
  while (end > begin && end[-1] == separator) --end;
  return {begin, end};
}

// The last field of [begin, end), and the end of the text before it. A run of spaces is one separator.
const char *last_field(const char *begin, const char *end, char separator) {
  while (end > begin && end[-1] != separator) --end;
  return end;
}

const char *before_separators(const char *begin, const char *field, char separator) {
  if (separator != ' ') return field - 1;
  // One space separates the word from its numbers; a word that ends with spaces keeps the others.
  const char *end = field - 1;
  while (end > begin && end[-1] == ' ') --end;
  return end;
}

// Parses all of [start, stop) as a number in the usual notation. `end` is the end of the readable memory.
bool parse_field(const char *start, const char *stop, const char *end, float &value) {
  if (end - start >= kQuickReach && parse_quick_number(start, stop, value)) return true;
  return parse_plain_number(start, value) && start == stop;
}

// Parses the usual line: a word without separators, then dim numbers with one separator before each. Returns
// the position of its newline, or null for any other line, which split_from_right handles. `block` and `end`
// bound the readable memory.
const char *parse_usual(const char *block, const char *end, FieldEnds &ends, const TextLayout &layout,
                        float *values, const char *&word_end) {
  const char separator = layout.separator;
  const char *const *const places = ends.upcoming(layout.dim + 1);
  if (places == nullptr) return nullptr;
  word_end = places[0];
  // The last number does not end with a separator.
  const size_t n_before = layout.dim - 1;
  for (size_t i = 0; i < n_before;) {
    if (*places[i] != separator) return nullptr;
    i += parse_fours(places + i, n_before - i, separator, block, values + i);
    // Numbers in another notation, or fewer than four.
    for (const size_t stop = i + 4 < n_before ? i + 4 : n_before; i < stop; ++i)
      if (*places[i] != separator || !parse_field(places[i] + 1, places[i + 1], end, values[i]))
        return nullptr;
  }
  const char *last = places[layout.dim - 1], *newline = places[layout.dim];
  const bool has_return = *newline == '\n' && newline[-1] == '\r';
  if (*last != separator || !parse_field(last + 1, newline - has_return, end, values[layout.dim - 1]))
    return nullptr;
  while (*newline == separator) ++newline;
  if (*newline == '\r') ++newline;
  if (*newline != '\n') return nullptr;
  ends.pass(layout.dim);
  return newline;
}

// Parses any line: the last dim fields are numbers, and the word is the text before them and one separator.
// Returns the fault of a line that is not a row; values then hold 0 for fields that are not numbers.
std::optional<Fault> split_from_right(Line line, const TextLayout &layout, float *values,
                                      const char *&word_end) {
  if (line.begin == line.end) return Fault::kEmpty;
  const char *end = line.end;
  std::optional<Fault> fault;
  for (size_t i = layout.dim; i-- > 0;) {
    const char *field = last_field(line.begin, end, layout.separator);
    if (field == line.begin) return Fault::kWidth;
    if (!parse_any_number(field, end, values[i])) {
      fault = Fault::kNumber;
      values[i] = 0;
    }
    end = i == 0 ? field - 1 : before_separators(line.begin, field, layout.separator);
  }
  word_end = end;
  return fault;
}

}  // namespace

TextRows parse_text(const char *block, size_t size, const TextLayout &layout) {
  if (layout.dim == 0) throw std::invalid_argument("dim must be at least 1");
  if (size && block[size - 1] != '\n') throw std::invalid_argument("the block must end with a newline");
  TextRows rows;
  rows.dim = layout.dim;
  // Each value takes at least a byte of text (an empty field), which bounds the rows. One more is in
  // progress.
  const size_t capacity = size / layout.dim + 1;
  rows.values.reset(new float[capacity * layout.dim]);
  rows.arena.reserve(size / 8);
  const char *const end = block + size;
  float *values = rows.values.get();
  FieldEnds ends(block, size, layout.separator, layout.dim + 1);
  for (const char *p = block, *newline; p < end; p = newline + 1, ++rows.n_lines) {
    const char *word_end = p;
    newline = parse_usual(block, end, ends, layout, values, word_end);
    if (newline != nullptr) {
      ends.skip_line(newline);
    } else {
      newline = static_cast<const char *>(std::memchr(p, '\n', static_cast<size_t>(end - p)));
      ends.skip_line(newline);
      const std::optional<Fault> fault =
          split_from_right(trimmed(p, newline, layout.separator), layout, values, word_end);
      if (fault) {
        rows.bad.push_back({rows.n_lines, *fault, std::string(p, newline), newline + 1 == end});
        if (layout.on_fault == OnFault::kStop && fault != Fault::kEmpty) break;
        if (layout.on_fault != OnFault::kReplace || fault != Fault::kNumber) continue;
      }
    }
    rows.arena.insert(rows.arena.end(), p, word_end);
    rows.offsets.push_back(static_cast<int64_t>(rows.arena.size()));
    rows.lines.push_back(rows.n_lines);
    values += layout.dim;
  }
  return rows;
}

size_t count_numbers(const char *line, size_t size, char separator) {
  const Line whole = trimmed(line, line + size, separator);
  const char *end = whole.end;
  size_t count = 0;
  float value;
  for (;; ++count) {
    const char *field = last_field(whole.begin, end, separator);
    if (field == whole.begin || !parse_any_number(field, end, value)) return count;
    end = before_separators(whole.begin, field, separator);
  }
}

}  // namespace embtrain
