// Looking up words in a vocabulary without an index.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "words/word_list.h"

namespace embtrain {

// Row of the first occurrence of each query in a vocabulary, -1 where there is none. One pass
// that stops when all are found. Throws std::invalid_argument where the offsets leave the arena or go back.
std::vector<std::int64_t> find_words(const WordList &vocabulary, const std::vector<std::string> &queries);

}  // namespace embtrain
