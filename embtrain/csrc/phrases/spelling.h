// The words of a text: how they are spelt, also when a delimiter joins them.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "phrases/text_hash.h"
#include "words/word_list.h"

namespace embtrain::phrases {

class Spelling {
 public:
  // The words must outlive this. Throws std::invalid_argument if their offsets leave the arena.
  Spelling(const WordList &words, const std::string &delimiter);

  std::size_t n_words() const { return words_.n_words; }
  const TextHash &hash(std::uint32_t id) const { return hashes_[id]; }
  // The hash of the delimiter and a word after it.
  TextHash hash_of_tail(std::uint32_t id) const { return delimiter_hash_ + hashes_[id]; }
  bool has_delimiter(std::uint32_t id) const { return has_delimiter_[id] != 0; }

  void append(std::string &text, std::uint32_t id) const {
    const Span span = word(words_, id);
    text.append(reinterpret_cast<const char *>(span.data), span.size);
  }
  const std::string &delimiter() const { return delimiter_; }

 private:
  WordList words_;
  std::string delimiter_;
  TextHash delimiter_hash_;
  std::vector<TextHash> hashes_;
  std::vector<std::uint8_t> has_delimiter_;
};

}  // namespace embtrain::phrases
