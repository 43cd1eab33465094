// Splits UTF-8 text into words and grapheme clusters by the rules of UAX #29.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace embtrain::text {

// The segments kept, with one space between them and the text's newlines.
struct Segmented {
  std::unique_ptr<std::uint8_t[]> text;
  std::size_t size = 0;
  std::uint64_t dropped = 0;    // segments left out that are not white space
  std::uint64_t bad_bytes = 0;  // bytes that are not UTF-8
};

// Properties of all code points, and the rules over them. A text may end anywhere, but no segment continues
// in the next call: cut texts after white space.
class Segmenter {
 public:
  // Code points from starts[i] to starts[i + 1] have properties[i]
  // (embtrain/plain/segments/break_classes.py). Throws std::invalid_argument unless the starts rise from 0
  // and stay in Unicode.
  Segmenter(const std::uint32_t *starts, const std::uint16_t *properties, std::size_t n);

  // Keeps word segments with a letter, a number or an emoji. Throws std::bad_alloc.
  Segmented words(const std::uint8_t *text, std::size_t size) const;
  // Keeps grapheme clusters that are not white space or control characters. Throws std::bad_alloc.
  Segmented clusters(const std::uint8_t *text, std::size_t size) const;

 private:
  struct Point;
  struct Conjuncts;
  class Output;

  Point at(const std::uint8_t *byte, const std::uint8_t *end) const;
  const std::uint8_t *word(const std::uint8_t *start, const std::uint8_t *end, Output &output) const;
  const std::uint8_t *middle(const std::uint8_t *after, const std::uint8_t *end, unsigned last,
                             unsigned mid) const;
  const std::uint8_t *cluster(const std::uint8_t *start, const std::uint8_t *end, Conjuncts &conjuncts,
                              Output &output) const;
  const std::uint8_t *skip_space(const std::uint8_t *start, const std::uint8_t *end) const;

  std::vector<std::uint16_t> table_;
};

}  // namespace embtrain::text
