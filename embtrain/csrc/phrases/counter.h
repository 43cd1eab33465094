// Counts the pairs of words that could be phrases, exactly, in bounded memory.
//
// Those that do not fit into memory are counted in later passes over the text, each for the pairs whose
// hashes are in some ranges. The hash is that of the joined text, so that all ways to join words to the same
// text are counted in the same pass.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "phrases/middles.h"
#include "phrases/pair_table.h"
#include "phrases/spelling.h"

namespace embtrain::phrases {

// Pairs of words and how often they occur, one row each.
struct Pairs {
  std::vector<std::uint32_t> left, middle, right;
  std::vector<std::int64_t> counts;
};

class Counter {
 public:
  // `words` and how often each occurs, and whether it is a connector word: a phrase has these only inside.
  // `tokens`: those of the text. `memory`: bytes for the tables. The arrays must outlive this.
  Counter(const WordList &words, const std::int64_t *counts, const std::uint8_t *connectors,
          const std::string &delimiter, std::uint64_t tokens, std::size_t memory, int threads);

  Counter(const Counter &) = delete;
  Counter &operator=(const Counter &) = delete;

  // Begins the next pass over the text; false if all is counted.
  bool begin();
  // Counts in the next sentences, given by offsets [n + 1] into ids. Throws std::out_of_range for an id
  // outside the vocabulary.
  void add(const std::uint32_t *ids, const std::int64_t *sentences, std::size_t n);
  // Ends the pass. Returns the pairs that occur at least `least` times in it.
  Pairs end(std::uint64_t least);

  // Different joined texts that are no words of the text, in all passes that have ended.
  std::int64_t different() const { return different_; }
  // The words that are also written like a phrase, and how often either occurs. gensim does not tell these
  // apart.
  const std::vector<std::uint32_t> &shared_words() const { return shared_words_; }
  const std::vector<std::int64_t> &shared_counts() const { return shared_counts_; }
  // The part of all pairs that have been counted, from 0 to 1.
  double done() const { return done_; }
  const Middles &middles() const { return middles_; }

 private:
  Range next_range();
  void find_candidates(const std::uint32_t *ids, const std::int64_t *sentences, std::size_t n);
  std::uint64_t hash_of(std::uint32_t left, std::uint32_t middle, std::uint32_t right) const;
  std::uint64_t hash_of(const Entry &entry) const;
  std::string text_of(const Entry &entry) const;
  bool has_delimiter(const Entry &entry) const;
  std::int64_t join_counts(PairTable &table, std::vector<std::uint32_t> &words,
                           std::vector<std::int64_t> &counts) const;
  void add_words(PairTable &table) const;

  Spelling spelling_;
  const std::int64_t *counts_;
  const std::uint8_t *connectors_;
  std::vector<std::uint32_t> words_with_delimiter_;
  std::size_t slots_;
  int threads_;
  Middles middles_;
  std::vector<TextHash> middle_hashes_{{}};        // of a delimiter and the words, for each word of a middle
  std::vector<std::uint8_t> middle_delimiter_{0};  // whether one of its words has a delimiter
  std::vector<Candidate> candidates_;
  std::vector<Range> ranges_;  // that are still to be counted
  std::uint64_t width_;        // of the widest range that fits a table
  std::vector<PairTable> tables_;
  std::size_t n_tables_ = 0;  // in use
  std::int64_t different_ = 0;
  std::vector<std::uint32_t> shared_words_;
  std::vector<std::int64_t> shared_counts_;
  double done_ = 0;
};

}  // namespace embtrain::phrases
