#include "phrases/spelling.h"

#include <algorithm>
#include <stdexcept>

namespace embtrain::phrases {

Spelling::Spelling(const WordList &words, const std::string &delimiter)
    : words_(words), delimiter_(delimiter) {
  if (delimiter.empty()) throw std::invalid_argument("the delimiter is empty");
  const auto *sought = reinterpret_cast<const std::uint8_t *>(delimiter.data());
  delimiter_hash_ = hash_text(sought, delimiter.size());
  hashes_.reserve(words.n_words);
  has_delimiter_.reserve(words.n_words);
  for (std::size_t id = 0; id < words.n_words; ++id) {
    const Span span = word(words, id);
    hashes_.push_back(hash_text(span.data, span.size));
    const std::uint8_t *end = span.data + span.size;
    has_delimiter_.push_back(std::search(span.data, end, sought, sought + delimiter.size()) != end);
  }
}

}  // namespace embtrain::phrases
