// Leaves out the lines of a text that occurred before.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "duplicates/hash_set.h"

namespace embtrain::duplicates {

struct LineCounters {
  std::uint64_t lines = 0;            // with words, left out or not
  std::uint64_t words = 0;            // in them
  std::uint64_t duplicate_lines = 0;  // left out
  std::uint64_t duplicate_words = 0;  // in those
  std::uint64_t long_lines = 0;       // too long to be compared
};

// Passes a text through, except for lines with the words of an earlier one in the same order; which white
// space is between them does not matter. Lines without words stay, and so do those of `longest`
// bytes or more, because a line is held until its end is known. The result does not depend on how the text is
// cut into chunks.
class DuplicateFilter {
 public:
  // `limit`: bytes for the hashes of lines, see HashSet.
  DuplicateFilter(std::size_t limit, std::size_t longest) : seen_(limit), longest_(longest) {}

  // Takes the next chunk of the current input, and returns what is certain to stay. Throws std::length_error,
  // std::bad_alloc.
  std::vector<std::uint8_t> feed(const std::uint8_t *chunk, std::size_t size);
  // Ends the current input, and with it its last line, which it returns unless that is a duplicate.
  std::vector<std::uint8_t> end_input();
  const LineCounters &counters() const { return counters_; }
  std::size_t different() const { return seen_.size(); }
  std::size_t memory() const { return seen_.memory(); }

 private:
  static constexpr std::size_t kBatch = 32;
  struct Line {
    const std::uint8_t *start, *end;  // without its newline
    std::size_t words;
    Hash hash;
  };

  Line examine(const std::uint8_t *start, const std::uint8_t *end);
  bool stays(const Line &line);
  const std::uint8_t *finish_held(const std::uint8_t *chunk, const std::uint8_t *end,
                                  std::vector<std::uint8_t> &out);
  void hold(const std::uint8_t *start, const std::uint8_t *end, std::vector<std::uint8_t> &out);
  void release(std::vector<std::uint8_t> &out);

  HashSet seen_;
  std::size_t longest_;
  LineCounters counters_;
  std::vector<std::uint8_t> held_;     // the line that the last chunk left open
  std::vector<std::uint8_t> scratch_;  // the words of a line with one space between them
  bool passing_ = false;               // the open line is too long, and its beginning was returned
};

}  // namespace embtrain::duplicates
