// Which words of a vocabulary are kept.
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

// Passes on the lines of the words to keep, of a vocabulary in order. Listed words are kept whatever their
// count and take their places first; of the others, those that are not on the stop list and are counted often
// enough are kept while there is room.
class Selection {
 public:
  // max_words: 0 for no limit.
  Selection(std::uint64_t min_count, std::uint64_t max_words);

  // The words to keep and the stop words, to be filled before filter(). All listed words must come: those
  // that were not counted with count 0.
  WordTable &listed() { return listed_; }
  WordTable &stopped() { return stopped_; }

  // The lines to keep of the next block of whole lines.
  std::vector<std::uint8_t> filter(const std::uint8_t *block, std::size_t size);

  Amount kept, rare, crowded_out, stop_words;

 private:
  bool keeps(const Line &line, const Key &key);

  std::uint64_t min_count_, max_words_;
  std::uint64_t others_ = 0;  // words kept that are not listed
  WordTable listed_, stopped_;
};

}  // namespace embtrain::text
