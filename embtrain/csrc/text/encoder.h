// Encodes a stream of bytes as provisional word ids and sentence lengths.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "text/white_space.h"
#include "words/key.h"
#include "words/word_table.h"

namespace embtrain::text {

// What to do with words: count and encode all, encode those of a given vocabulary, or only count them.
enum class Mode { kEncode, kFixed, kCount };

struct Counters {
  std::uint64_t bytes = 0;        // fed, byte order marks included
  std::uint64_t lines = 0;        // a last line without newline counts
  std::uint64_t tokens = 0;       // encoded
  std::uint64_t sentences = 0;    // finished ones, never empty
  std::uint64_t splits = 0;       // cuts made in sentences longer than the limit
  std::uint64_t long_tokens = 0;  // dropped because they are longer than the limit
  std::uint64_t boms = 0;         // byte order marks dropped at the start of an input
};

// Splits text at white space, counts the words and encodes them by order of first appearance. A newline ends
// a sentence. The result does not depend on how the text is cut into chunks.
//
// With `eos`, each sentence ends with the word </s>, which does not count towards its length and is not at a
// cut.
class Encoder {
 public:
  Encoder(std::uint64_t max_sentence, std::uint64_t max_token, std::uint32_t max_types,
          Mode mode = Mode::kEncode, bool eos = false);

  // Takes the next chunk of the current input. Throws std::length_error, std::bad_alloc.
  void feed(const std::uint8_t *chunk, std::size_t size);
  // Ends the current input: its last word, sentence and line end here.
  void end_input();
  // Ends the current input, sorts the vocabulary and frees the table.
  Counted finish(std::uint64_t min_count);

  std::vector<std::uint32_t> take_ids() { return take(ids_); }
  std::vector<std::uint32_t> take_lengths() { return take(lengths_); }
  const Counters &counters() const { return counters_; }
  std::size_t types() const { return table_.types(); }
  WordTable &table() { return table_; }
  const WordTable &table() const { return table_; }

 private:
  static constexpr std::size_t kBatch = 128;

  // Words are looked up in batches, so that the cache misses of one batch overlap.
  struct Batch {
    const std::uint8_t *starts[kBatch + kBlock];
    const std::uint8_t *ends[kBatch + kBlock];
    std::size_t marks[kBatch + kBlock];  // words of the batch before each newline
    Key keys[kBatch + kBlock];
    std::size_t n_starts = 0, n_ends = 0, n_marks = 0;
  };

  static std::vector<std::uint32_t> take(std::vector<std::uint32_t> &from);
  const std::uint8_t *skip_bom(const std::uint8_t *chunk, const std::uint8_t *end);
  const std::uint8_t *continue_token(const std::uint8_t *chunk, const std::uint8_t *end);
  void scan(const std::uint8_t *chunk, const std::uint8_t *end);
  void collect(Batch &batch, const std::uint8_t *block, Masks masks, std::uint64_t valid,
               std::uint64_t &white_before);
  void resolve(Batch &batch, const std::uint8_t *limit);
  void encode(const Batch &batch, std::size_t first, std::size_t last);
  void take_word(const Key &key, const std::uint8_t *word);
  void hold(const std::uint8_t *part, const std::uint8_t *end);
  void end_token();
  void end_line();
  void add_eos();
  void end_sentence();
  void lengthen(std::uint64_t tokens);

  std::uint64_t max_sentence_, max_token_;
  Mode mode_;
  bool eos_;
  WordTable table_;
  Counters counters_;
  std::vector<std::uint32_t> ids_, lengths_;
  std::uint64_t sentence_ = 0;      // tokens of the open sentence
  std::uint64_t known_ = 0;         // those of them that the given vocabulary has
  std::vector<std::uint8_t> held_;  // the word that the last chunk left open, at most max_token_ bytes of it
  std::uint64_t held_size_ = 0;
  unsigned bom_matched_ = 0;  // bytes of a byte order mark seen; kBomDone once that is decided
  bool line_open_ = false;
};

}  // namespace embtrain::text
