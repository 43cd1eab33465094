#include "phrases/text_joiner.h"

#include <stdexcept>

#include "words/key.h"

namespace embtrain::phrases {
namespace {

// Other words of the text than those of phrases are forgotten when there are this many.
constexpr std::size_t kMostWords = std::size_t{1} << 19;

}  // namespace

TextJoiner::TextJoiner(const WordList &words, std::uint64_t max_sentence, std::uint64_t max_token)
    : arena_(words.arena, words.arena + words.n_bytes),
      offsets_(words.offsets, words.offsets + words.n_words + 1),
      encoder_(max_sentence, max_token, kDropped - 1) {
  forget_words();
  if (encoder_.types() != words.n_words) throw std::invalid_argument("a word is there twice");
}

void TextJoiner::add_pass(const PhraseList &phrases) {
  tables_.push_back(std::make_unique<PhraseTable>(phrases));
  joiners_.emplace_back(*tables_.back());
}

// Empties the table of words but for those of phrases, which get their ids back.
void TextJoiner::forget_words() {
  WordTable &table = encoder_.table();
  table.clear();
  const WordList words{arena_.data(), arena_.size(), offsets_.data(), offsets_.size() - 1};
  for (std::size_t id = 0; id < words.n_words; ++id) {
    const Span span = word(words, id);
    table.add(make_key(span.data, span.size, arena_.data() + arena_.size()), span.data);
  }
}

void TextJoiner::feed(const std::uint8_t *chunk, std::size_t size) {
  encoder_.feed(chunk, size);
  join();
}

void TextJoiner::end_input() {
  encoder_.end_input();
  join();
}

void TextJoiner::join() {
  const std::vector<std::uint32_t> ids = encoder_.take_ids(), lengths = encoder_.take_lengths();
  std::size_t next = 0;
  for (const std::uint32_t length : lengths) {
    for (std::uint64_t left = length - open_; left > 0; --left) push(0, ids[next++]);
    end_sentence();
    open_ = 0;
  }
  open_ += ids.size() - next;
  while (next < ids.size()) push(0, ids[next++]);
  // No other words are waiting: none of them begins a phrase.
  if (encoder_.types() >= offsets_.size() + kMostWords) forget_words();
}

// Gives a word to a pass, and what that lets go to the next one.
void TextJoiner::push(std::size_t pass, std::uint32_t id) {
  if (pass < joiners_.size()) {
    joiners_[pass].push(id, [this, pass](std::uint32_t joined) { push(pass + 1, joined); });
    return;
  }
  const WordTable &table = encoder_.table();
  // The table's words can be read up to 16 bytes: shorter ones are in the middle of larger entries.
  const std::size_t size = table.size(id);
  writer_.write(table.bytes(id), size, size <= kShort ? kShort : size);
}

void TextJoiner::end_sentence() {
  for (std::size_t pass = 0; pass < joiners_.size(); ++pass)
    joiners_[pass].end([this, pass](std::uint32_t joined) { push(pass + 1, joined); });
  writer_.end_line();
}

}  // namespace embtrain::phrases
