// formats/text_parser.h: rows of vectors as text. Every instruction set must give the same bits, and a slow
// reading of each line from the right the same values.
#include "formats/text_parser.h"
#include "input.h"
#include "numbers/parse_number.h"

namespace {

using embtrain::OnFault;
using embtrain::TextLayout;
using embtrain::TextRows;

constexpr char kSeparators[] = {' ', '\t', ','};
constexpr OnFault kOnFault[] = {OnFault::kStop, OnFault::kSkip, OnFault::kReplace};

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    const std::size_t end = text.find('\n');
    lines.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  return lines;
}

// Checks a row against its line: from the right, number after number, then the word.
void check_row(std::string_view line, const TextLayout &layout, const float *values, std::string_view word) {
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  while (!line.empty() && line.back() == layout.separator) line.remove_suffix(1);
  for (std::size_t i = layout.dim; i-- > 0;) {
    const std::size_t separator = line.rfind(layout.separator);
    EXPECT(separator != std::string_view::npos);
    const std::string_view field = line.substr(separator + 1);
    float value = 0;
    const bool is_number = embtrain::parse_any_number(field.data(), field.data() + field.size(), value);
    EXPECT(is_number || layout.on_fault == OnFault::kReplace);
    if (!is_number) value = 0;
    EXPECT(std::memcmp(&value, &values[i], sizeof value) == 0 || (value != value && values[i] != values[i]));
    line = line.substr(0, separator);
    if (layout.separator == ' ' && i > 0)
      while (!line.empty() && line.back() == ' ') line.remove_suffix(1);
  }
  EXPECT(line == word);
}

void check(const TextRows &rows, const TextLayout &layout, const std::vector<std::string_view> &lines) {
  EXPECT(rows.offsets.size() == rows.size() + 1 && rows.offsets[0] == 0);
  EXPECT(rows.offsets.back() == static_cast<std::int64_t>(rows.arena.size()));
  EXPECT(rows.n_lines <= static_cast<std::int64_t>(lines.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    EXPECT(rows.offsets[i] <= rows.offsets[i + 1]);
    EXPECT(i == 0 || rows.lines[i - 1] < rows.lines[i]);
    const std::string_view word(reinterpret_cast<const char *>(rows.arena.data()) + rows.offsets[i],
                                static_cast<std::size_t>(rows.offsets[i + 1] - rows.offsets[i]));
    check_row(lines.at(static_cast<std::size_t>(rows.lines[i])), layout, &rows.values[i * layout.dim], word);
  }
  for (const embtrain::BadLine &bad : rows.bad)
    EXPECT(lines.at(static_cast<std::size_t>(bad.line)) == bad.text);
  if (layout.on_fault == OnFault::kSkip) EXPECT(rows.size() + rows.bad.size() == lines.size());
}

bool same(const TextRows &a, const TextRows &b) {
  return a.arena == b.arena && a.offsets == b.offsets && a.lines == b.lines && a.n_lines == b.n_lines &&
         a.bad.size() == b.bad.size() && fuzz::same_bits(a.values.get(), b.values.get(), a.size() * a.dim);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const TextLayout layout{1 + input.below(20), kSeparators[input.below(3)], kOnFault[input.below(3)]};
  std::string text(input.rest());
  if (!text.empty() && text.back() != '\n') text += '\n';
  const fuzz::Block block(text);
  const std::vector<std::string_view> lines = lines_of(text);
  TextRows first;
  bool is_first = true;
  fuzz::with_every_instruction_set([&] {
    TextRows rows = embtrain::parse_text(block.text(), block.size, layout);
    check(rows, layout, lines);
    if (is_first)
      first = std::move(rows);
    else
      EXPECT(same(first, rows));
    is_first = false;
  });
  for (const std::string_view line : lines) {
    const fuzz::Block one(line);
    // At least one field remains as the word.
    EXPECT(embtrain::count_numbers(one.text(), one.size, layout.separator) <= line.size());
  }
  return 0;
}
