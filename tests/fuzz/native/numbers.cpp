// numbers/: decimal numbers must parse like strtof, and every float32 that is printed must parse to itself.
#include <cmath>
#include <cstdlib>

#include "formats/row_writer.h"
#include "formats/text_parser.h"
#include "input.h"
#include "numbers/parse_number.h"
#include "numbers/print_shortest.h"

namespace {

bool same_value(float a, float b) { return (a != a && b != b) || std::memcmp(&a, &b, sizeof a) == 0; }

// strtof also reads hexadecimal numbers, leading white space, and names of NaNs.
bool is_decimal(std::string_view text) {
  return text.find_first_not_of("0123456789.eE+-") == std::string_view::npos;
}

void check_parsing(std::string_view text) {
  const fuzz::Block block(text);
  const char *begin = block.text(), *end = begin + block.size;
  float value = 0;
  const bool parsed = embtrain::parse_any_number(begin, end, value);
  if (is_decimal(text)) {
    const std::string terminated(text);
    char *stop = nullptr;
    const float expected = std::strtof(terminated.c_str(), &stop);
    EXPECT(parsed == (!text.empty() && *stop == '\0'));
    if (parsed) EXPECT(same_value(value, expected));
  }
  // The quick ways need a byte after the number, as every field of a line has.
  const fuzz::Block line(std::string(text) + "\n" + std::string(embtrain::kQuickReach, ' '));
  float quick = 0;
  if (embtrain::parse_quick_number(line.text(), line.text() + text.size(), quick))
    EXPECT(parsed && same_value(quick, value));
  const fuzz::Block field(std::string(text) + "\n");
  const char *p = field.text();
  if (embtrain::parse_plain_number(p, quick) && p == field.text() + text.size())
    EXPECT(parsed && same_value(quick, value));
}

void check_printing(const std::vector<float> &values) {
  for (const float value : values) {
    char text[16];
    const char *end = embtrain::print_shortest(text, value);
    EXPECT(end - text <= 15);
    float again = 0;
    EXPECT(embtrain::parse_any_number(text, end, again));
    EXPECT(same_value(value, again));
  }
}

// A row in one piece takes other ways than single numbers.
void check_row(const std::vector<float> &values, int precision) {
  const std::uint8_t word[] = {'w'};
  const std::int64_t offsets[] = {0, 1};
  const embtrain::WordList words{word, 1, offsets, 1};
  const embtrain::TextStyle style{' ', precision};
  const std::unique_ptr<char[]> line(new char[embtrain::text_capacity(words, values.size(), style)]);
  const std::size_t size = embtrain::text_rows(words, values.data(), values.size(), style, line.get());
  const fuzz::Block block({line.get(), size});
  const embtrain::TextRows rows =
      embtrain::parse_text(block.text(), block.size, {values.size(), ' ', embtrain::OnFault::kStop});
  EXPECT(rows.size() == 1 && rows.bad.empty());
  if (precision != 0) return;
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT(same_value(rows.values[i], values[i]));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const int precision = static_cast<int>(input.below(10));
  const bool small = input.flag();
  check_parsing(input.take(input.byte()));
  std::vector<float> values;
  while (input.size() >= sizeof(float)) {
    float value;
    std::memcpy(&value, input.take(sizeof value).data(), sizeof value);
    // Values of embeddings have few decimals where they come from a text, and have ways of their own.
    if (small && std::fabs(value) < 1e15f)
      value = static_cast<float>(static_cast<double>(static_cast<std::int64_t>(value)) / 1e6);
    values.push_back(value);
  }
  if (values.empty()) return 0;
  fuzz::with_every_instruction_set([&] {
    check_printing(values);
    check_row(values, 0);
    check_row(values, precision);
  });
  return 0;
}
