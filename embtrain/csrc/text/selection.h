// Selects the words of a vocabulary to keep.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "text/lines.h"
#include "words/word_table.h"

namespace embtrain::text {

struct Amount {
  std::uint64_t words = 0, tokens = 0;
};

// Filters the lines of a vocabulary that is given in order. Listed words are kept whatever their count, and
// their places are reserved. Other words are kept while there is room, if they are not on the stop list and
// their count is high enough.
class Selection {
 public:
  // max_words: 0 for no limit.
  Selection(std::uint64_t min_count, std::uint64_t max_words);

  // The words to keep and the stop words; fill both before filter(). The vocabulary must hold all listed
  // words, with count 0 if they do not occur.
  WordTable &listed() { return listed_; }
  WordTable &stopped() { return stopped_; }

  // The lines to keep from the next block of whole lines.
  std::vector<std::uint8_t> filter(const std::uint8_t *block, std::size_t size);

  Amount kept, rare, crowded_out, stop_words;

 private:
  bool keeps(const Line &line, const Key &key);

  std::uint64_t min_count_, max_words_;
  std::uint64_t others_ = 0;  // unlisted words that were kept
  WordTable listed_, stopped_;
};

}  // namespace embtrain::text
