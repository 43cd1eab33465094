// Joins phrases in a text that is given as ids.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "phrases/phrase_table.h"
#include "words/word_list.h"

namespace embtrain::phrases {

// Sentences as in Counter::add.
struct Sentences {
  const std::uint32_t *ids;
  const std::int64_t *offsets;
  std::size_t n;
};

struct Joined {
  std::vector<std::uint32_t> ids, lengths;
};

// Joins phrases, and adds to counts[id] how often each word is in the result. Throws std::out_of_range for a
// word at or beyond n_words.
Joined join_ids(const PhraseTable &table, const Sentences &sentences, std::int64_t *counts,
                std::size_t n_words);

// Joins phrases and writes the text, in as many parts as there are threads. Throws std::invalid_argument and
// std::out_of_range if the words do not have all ids.
std::vector<std::vector<std::uint8_t>> join_text(const PhraseTable &table, const Sentences &sentences,
                                                 const WordList &words, int threads);

// The words of each phrase with the delimiter between them: arena and offsets.
std::pair<std::vector<std::uint8_t>, std::vector<std::int64_t>> spell(const PhraseList &phrases,
                                                                      const WordList &words,
                                                                      const std::uint8_t *delimiter,
                                                                      std::size_t size);

}  // namespace embtrain::phrases
