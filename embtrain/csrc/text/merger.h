// Merges sorted runs of lines "word count" whose words differ.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "text/lines.h"

namespace embtrain::text {

// Asks for blocks of each run as needed, and returns the lines of all runs in the order of a vocabulary.
class Merger {
 public:
  explicit Merger(std::size_t runs);

  // The run whose next block is needed before lines can be taken; -1 if no run needs one.
  std::int64_t hungry() const;
  // The next block of that run, whole lines, which are copied; an empty one ends the run. Throws
  // std::invalid_argument for a run that has lines left.
  void feed(std::size_t run, const std::uint8_t *block, std::size_t size);
  // The next lines, about max_bytes of them, fewer where a run becomes hungry; empty at the end of all runs.
  std::vector<std::uint8_t> take(std::size_t max_bytes);

 private:
  struct Run {
    std::vector<std::uint8_t> block;
    std::size_t next = 0;  // where the line after the current one starts
    Line line{};
  };

  void advance(std::size_t run);
  bool after(std::size_t a, std::size_t b) const;

  std::vector<Run> runs_;
  std::vector<std::size_t> heap_;    // runs that have a line, the next one to take in front
  std::vector<std::size_t> hungry_;  // runs that need a block
};

}  // namespace embtrain::text
