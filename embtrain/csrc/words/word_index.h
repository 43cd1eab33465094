// Distinct words in order of first appearance: one arena, offsets, and an index that finds them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "words/growing.h"
#include "words/word_list.h"

namespace embtrain {

// Takes about 25 bytes per word beside the words' own bytes, where the counting table takes 48; while it
// grows, some 8 more.
class WordIndex {
 public:
  WordIndex() { reset(); }

  // Forgets all words.
  void reset();

  std::size_t size() const { return offsets_.size() - 1; }

  // Adds the words that are not there yet; rows[i] becomes the row of word i. Throws std::invalid_argument
  // where offsets leave the arena or go back, std::length_error beyond 2^32 - 2 words, std::bad_alloc.
  void add(const WordList &words, std::int64_t *rows);

  // rows[i] becomes the row of word i, -1 where it is not there. Throws std::invalid_argument as above.
  void find(const WordList &words, std::int64_t *rows) const;

  Growing<std::uint8_t> &arena() { return arena_; }
  Growing<std::int64_t> &offsets() { return offsets_; }

 private:
  // The slot of a word: its own, or the empty one where it belongs.
  std::size_t slot_of(std::uint64_t hash, const std::uint8_t *word, std::size_t size) const;
  void rehash(std::size_t n_slots);
  template <class Hash, class Work>
  void visit(std::size_t n, Hash hash, Work work) const;

  // A slot holds the upper half of the hash, by which its place is found, and row + 1; 0 is empty.
  std::unique_ptr<std::uint64_t[]> slots_;
  std::size_t mask_ = 0;
  Growing<std::uint8_t> arena_;
  Growing<std::int64_t> offsets_;
};

}  // namespace embtrain
