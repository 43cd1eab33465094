// Distinct words in order of first appearance: one arena, offsets, and an index that finds them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

#include "words/growing.h"
#include "words/word_list.h"

namespace embtrain {

// Takes about 25 bytes per word besides the words' own bytes (the counting table takes 48), and about 8 more
// while it grows.
class WordIndex {
 public:
  WordIndex() { reset(); }

  // Drops all words.
  void reset();

  std::size_t size() const { return offsets_.size() - 1; }

  // Adds the new words; rows[i] becomes the row of word i. Throws std::invalid_argument if offsets leave the
  // arena or decrease, std::length_error beyond 2^32 - 2 words, std::bad_alloc.
  void add(const WordList &words, std::int64_t *rows);

  // rows[i] becomes the row of word i, -1 if it is absent. Throws std::invalid_argument as above.
  void find(const WordList &words, std::int64_t *rows) const;
  // The same for words anywhere in memory that can be read up to `limit`.
  void find(const Span *words, std::size_t n, const std::uint8_t *limit, std::int64_t *rows) const;

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
