// Lines "word count", the form of vocabularies on disk, in temporary files and between processes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

#include "text/white_space.h"
#include "words/word_table.h"

namespace embtrain::text {

struct Line {
  const std::uint8_t *word;
  std::size_t size;
  std::uint64_t count;
};

constexpr std::uint64_t kMaxCount = 0x7FFFFFFFFFFFFFFFull;  // counts are int64 outside

// Parses [start, end), a line without its newline. Ignores a carriage return at its end. Throws
// std::invalid_argument, with the number of the line, if it is not a word, one space and a whole number.
Line parse_line(const std::uint8_t *start, const std::uint8_t *end, std::uint64_t number);

// Refuse a duplicate word, and a count that overflows the word's total.
[[noreturn]] void refuse_twice(const Line &line, std::uint64_t number);
[[noreturn]] void refuse_total(const Line &line, std::uint64_t number);

void append_line(std::vector<std::uint8_t> &out, const std::uint8_t *word, std::size_t size,
                 std::uint64_t count);
std::size_t line_size(std::size_t word, std::uint64_t count);

// Calls use(line, its number) for each line of a block that ends with a newline; returns how many there were.
template <typename Use>
std::uint64_t each_line(const std::uint8_t *block, std::size_t size, std::uint64_t first, Use use) {
  std::uint64_t number = first;
  for (const std::uint8_t *start = block, *end = block + size; start < end; ++number) {
    const void *newline = std::memchr(start, kNewline, static_cast<std::size_t>(end - start));
    const auto *stop = newline == nullptr ? end : static_cast<const std::uint8_t *>(newline);
    use(parse_line(start, stop, number), number);
    start = stop + 1;
  }
  return number - first;
}

// Adds words, each once and with count 0, so that their ids are 0, 1, 2 ... Throws std::invalid_argument if
// offsets do not fit the arena or a word is a duplicate.
void load_words(WordTable &table, const std::uint8_t *arena, std::size_t arena_size,
                const std::int64_t *offsets, std::size_t words);

}  // namespace embtrain::text
