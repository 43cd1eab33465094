#include "text/lines.h"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <string>

namespace embtrain::text {

namespace {

constexpr std::size_t kShown = 60;  // bytes of a bad line that the message quotes

// Part of a line as printable text, whatever its bytes.
std::string shown(const std::uint8_t *start, const std::uint8_t *end) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t *byte = start; byte < end; ++byte) {
    if (text.size() >= kShown) return text + "...";
    if (*byte >= 0x20 && *byte < 0x7F) {
      text += static_cast<char>(*byte);
    } else {
      text += {'\\', 'x', kDigits[*byte >> 4], kDigits[*byte & 15]};
    }
  }
  return text;
}

[[noreturn]] void refuse(const std::uint8_t *start, const std::uint8_t *end, std::uint64_t number,
                         const char *what) {
  throw std::invalid_argument("line " + std::to_string(number) + ": " + what + "; found '" +
                              shown(start, end) + "'");
}

}  // namespace

Line parse_line(const std::uint8_t *start, const std::uint8_t *end, std::uint64_t number) {
  const std::uint8_t *stop = end > start && end[-1] == '\r' ? end - 1 : end;
  const std::uint8_t *digits = stop;
  while (digits > start && digits[-1] != ' ') --digits;
  if (digits == start) refuse(start, end, number, "expected a word, one space and its count");
  const auto size = static_cast<std::size_t>(digits - 1 - start);
  if (size == 0) refuse(start, end, number, "expected a word before the count");
  if (size > std::numeric_limits<std::uint32_t>::max() - 1)
    refuse(start, end, number, "the word is too long");
  if (std::memchr(start, ' ', size) != nullptr)
    refuse(start, end, number, "expected one space, between the word and its count");
  std::uint64_t count = 0;
  const auto *first = reinterpret_cast<const char *>(digits), *last = reinterpret_cast<const char *>(stop);
  const auto [parsed, error] = std::from_chars(first, last, count);
  if (error == std::errc::result_out_of_range || count > kMaxCount)
    refuse(start, end, number, "expected a count under 2^63");
  if (error != std::errc() || parsed != last)
    refuse(start, end, number, "expected a whole number after the last space");
  return {start, size, count};
}

void refuse_twice(const Line &line, std::uint64_t number) {
  refuse(line.word, line.word + line.size, number,
         "the word is a duplicate ('embtrain vocab merge FILE' adds up its counts)");
}

void refuse_total(const Line &line, std::uint64_t number) {
  refuse(line.word, line.word + line.size, number, "the counts of a word together must be under 2^63");
}

void append_line(std::vector<std::uint8_t> &out, const std::uint8_t *word, std::size_t size,
                 std::uint64_t count) {
  char digits[24] = {' '};
  char *end = std::to_chars(digits + 1, digits + sizeof digits, count).ptr;
  *end++ = '\n';
  out.insert(out.end(), word, word + size);
  out.insert(out.end(), digits, end);
}

std::size_t line_size(std::size_t word, std::uint64_t count) {
  std::size_t size = word + 3;
  for (; count >= 10; count /= 10) ++size;
  return size;
}

void load_words(WordTable &table, const std::uint8_t *arena, std::size_t arena_size,
                const std::int64_t *offsets, std::size_t words) {
  for (std::size_t row = 0; row < words; ++row) {
    const std::int64_t start = offsets[row], stop = offsets[row + 1];
    if (start < 0 || stop < start || static_cast<std::uint64_t>(stop) > arena_size)
      throw std::invalid_argument("the offsets of row " + std::to_string(row) + " do not fit the words");
    const std::uint8_t *word = arena + start;
    const Key key = make_key(word, static_cast<std::size_t>(stop - start), arena + arena_size);
    if (table.add(key, word, 0) != row)
      throw std::invalid_argument("row " + std::to_string(row) + " repeats the word of an earlier row");
  }
}

}  // namespace embtrain::text
