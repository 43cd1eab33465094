// Joins phrases in a stream of text, in bounded memory.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "phrases/joiner.h"
#include "phrases/phrase_table.h"
#include "phrases/text_writer.h"
#include "text/encoder.h"
#include "words/word_list.h"

namespace embtrain::phrases {

class TextJoiner {
 public:
  // `words`: those of the phrases, by id; copied.
  TextJoiner(const WordList &words, std::uint64_t max_sentence, std::uint64_t max_token);

  TextJoiner(const TextJoiner &) = delete;
  TextJoiner &operator=(const TextJoiner &) = delete;

  // Adds phrases to join in the text that all passes before have joined.
  void add_pass(const PhraseList &phrases);

  // Takes the next bytes of the current input.
  void feed(const std::uint8_t *chunk, std::size_t size);
  // Ends the current input, and with it its last sentence.
  void end_input();
  // The joined text of what was taken since the last call, as far as it is certain.
  std::vector<std::uint8_t> take() { return writer_.take(); }

  const text::Counters &counters() const { return encoder_.counters(); }

 private:
  void join();
  void push(std::size_t pass, std::uint32_t id);
  void end_sentence();
  void forget_words();

  std::vector<std::uint8_t> arena_;
  std::vector<std::int64_t> offsets_;
  text::Encoder encoder_;
  std::vector<std::unique_ptr<PhraseTable>> tables_;
  std::vector<Joiner> joiners_;  // one for each pass
  TextWriter writer_;
  std::uint64_t open_ = 0;  // words of the open sentence that were taken
};

}  // namespace embtrain::phrases
