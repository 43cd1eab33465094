// formats/binary_parser.h: rows of word2vec's binary format. What was read and is written again reads the
// same.
#include "formats/binary_parser.h"
#include "formats/row_writer.h"
#include "input.h"

namespace {

using embtrain::BinaryRows;

void check(const BinaryRows &rows, const fuzz::Block &block, std::size_t dim, std::size_t max_rows) {
  EXPECT(rows.size() <= max_rows && rows.consumed <= block.size);
  EXPECT(rows.offsets.size() == rows.size() + 1);
  EXPECT(rows.offsets.back() == static_cast<std::int64_t>(rows.arena.size()));
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const auto n_bytes = static_cast<std::size_t>(rows.offsets[i + 1] - rows.offsets[i]);
    const auto start = static_cast<std::size_t>(rows.starts[i]);
    EXPECT(start + n_bytes + 1 + dim * sizeof(float) <= rows.consumed);
    EXPECT(fuzz::same_bits(block.data() + start, rows.arena.data() + rows.offsets[i], n_bytes));
  }
}

std::string written(const BinaryRows &rows, std::size_t dim) {
  const embtrain::WordList words{rows.arena.data(), rows.arena.size(), rows.offsets.data(), rows.size()};
  std::string out(embtrain::binary_capacity(words, dim), '\0');
  out.resize(embtrain::binary_rows(words, rows.values.get(), dim, out.data()));
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t dim = input.number(), max_rows = input.flag() ? SIZE_MAX : input.byte();
  const fuzz::Block block(input.rest());
  BinaryRows rows;
  if (fuzz::refuses([&] { rows = embtrain::parse_binary(block.text(), block.size, dim, max_rows, true); })) {
    EXPECT(dim == 0 || dim > SIZE_MAX / sizeof(float) - 1);
    return 0;
  }
  check(rows, block, dim, max_rows);
  const BinaryRows words = embtrain::parse_binary(block.text(), block.size, dim, max_rows, false);
  EXPECT(words.arena == rows.arena && words.starts == rows.starts && words.consumed == rows.consumed);
  // A newline before a word ends the previous row, so a word that starts with one loses it.
  for (std::size_t i = 0; i < rows.size(); ++i)
    if (rows.offsets[i] < rows.offsets[i + 1] &&
        rows.arena[static_cast<std::size_t>(rows.offsets[i])] == '\n')
      return 0;
  const fuzz::Block again(written(rows, dim));
  const BinaryRows reread = embtrain::parse_binary(again.text(), again.size, dim, SIZE_MAX, true);
  EXPECT(reread.arena == rows.arena && reread.offsets == rows.offsets);
  EXPECT(fuzz::same_bits(reread.values.get(), rows.values.get(), rows.size() * dim));
  return 0;
}
