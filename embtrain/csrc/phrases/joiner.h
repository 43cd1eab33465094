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
    const PhraseTable::Roles roles = table_->roles(id);
    if (roles & PhraseTable::kInside) {
      if (first_ == kNone) return emit(id);
      inside_.push_back(id);
      middle_ = table_->middles().find(middle_, id);
      if (middle_ == kNone) let_go(emit);
      return;
    }
    if (first_ != kNone) {
      const std::uint32_t joined = roles & PhraseTable::kLast ? table_->find(first_, middle_, id) : kNone;
      if (joined != kNone) {
        first_ = kNone;
        inside_.clear();
        return emit(joined);
      }
      let_go(emit);
    }
    if (!(roles & PhraseTable::kFirst)) return emit(id);
    first_ = id;
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
    if (first_ == kNone) return;
    emit(first_);
    first_ = kNone;
    if (inside_.empty()) return;
    for (const std::uint32_t id : inside_) emit(id);
    inside_.clear();
  }

  const PhraseTable *table_;
  std::uint32_t first_ = kNone;        // the word that waits
  std::vector<std::uint32_t> inside_;  // the connector words after it; no more than in any phrase
  std::uint32_t middle_ = 0;           // their number
};

}  // namespace embtrain::phrases
