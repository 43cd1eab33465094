#include "words/word_list.h"

#include <stdexcept>
#include <string>

namespace embtrain {

void refuse_offsets(std::size_t row) {
  throw std::invalid_argument("offsets: word " + std::to_string(row) +
                              " does not lie within the words' bytes");
}

}  // namespace embtrain
