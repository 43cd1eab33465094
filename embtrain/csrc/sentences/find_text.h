// Finds the words of texts in an index.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "words/word_index.h"

namespace embtrain::sentences {

// The words of lines of text, one line after another.
struct Found {
  std::vector<std::int64_t> rows;  // of each word in the index, -1 if it is absent
  std::vector<std::int64_t> ends;  // lines + 1: the words of line i are rows[ends[i] .. ends[i + 1])
  // Words that the index lacks, if they were asked for: word i is unknown[unknown_ends[i] .. [i + 1]).
  std::vector<std::uint8_t> unknown;
  std::vector<std::int64_t> unknown_ends;
};

// Splits text at ASCII white space and looks its words up. A line ends at each newline and at the end of the
// text. The result does not depend on the number of threads. Throws std::bad_alloc.
Found find_text(const WordIndex &index, const std::uint8_t *text, std::size_t size, bool keep_unknown,
                int threads);

}  // namespace embtrain::sentences
