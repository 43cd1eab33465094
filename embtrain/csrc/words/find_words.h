// Looks up words in a vocabulary without an index.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "words/word_list.h"

namespace embtrain {

// The row of each query's first occurrence in a vocabulary, -1 if there is none. Makes one pass and stops
// when all are found. Throws std::invalid_argument if the offsets leave the arena or decrease.
std::vector<std::int64_t> find_words(const WordList &vocabulary, const std::vector<std::string> &queries);

}  // namespace embtrain
