// Joins the phrases of a text, word by word.
#pragma once
#include <cstdint>
#include <vector>

#include "phrases/phrase_table.h"

namespace embtrain::phrases {

// Takes what is a phrase from left to right, as gensim does: a word that begins one waits, with the connector
// words after it, for the word that ends it.
class Joiner {
 public:
  // The table must outlive this.
  explicit Joiner(const PhraseTable &table) : table_(&table) {}

  // Takes the next word of a sentence. Calls emit(id) for what is certain.
  template <class Emit>
  void push(std::uint32_t id, Emit emit) {
    if (table_->is_connector(id)) {
      if (waiting_.empty()) return emit(id);
      waiting_.push_back(id);
      middle_ = table_->middles().find(middle_, id);
      if (middle_ == kNone) let_go(emit);
      return;
    }
    if (!waiting_.empty()) {
      if (table_->can_end(id)) {
        const std::uint32_t joined = table_->find(waiting_[0], middle_, id);
        if (joined != kNone) {
          waiting_.clear();
          return emit(joined);
        }
      }
      let_go(emit);
    }
    if (!table_->can_begin(id)) return emit(id);
    waiting_.push_back(id);
    middle_ = 0;
  }

  // Ends the sentence.
  template <class Emit>
  void end(Emit emit) {
    let_go(emit);
  }

 private:
  template <class Emit>
  void let_go(Emit emit) {
    for (const std::uint32_t id : waiting_) emit(id);
    waiting_.clear();
  }

  const PhraseTable *table_;
  std::vector<std::uint32_t> waiting_;  // the first word of a phrase and connector words; no more than in any
  std::uint32_t middle_ = 0;            // the number of these connector words
};

}  // namespace embtrain::phrases
