#include "phrases/phrase_table.h"

#include <stdexcept>
#include <string>

namespace embtrain::phrases {

PhraseTable::PhraseTable(const PhraseList &phrases) {
  std::size_t n_slots = 16;
  while (n_slots < 2 * phrases.n_phrases) n_slots *= 2;
  slots_.assign(n_slots, {kNone, 0, kNone, kNone});
  mask_ = n_slots - 1;
  for (std::size_t i = 0; i < phrases.n_phrases; ++i) {
    const std::int64_t first = phrases.offsets[i], end = phrases.offsets[i + 1];
    if (first < 0 || end < first + 2 || static_cast<std::size_t>(end) > phrases.n_ids)
      throw std::invalid_argument("phrase " + std::to_string(i) + " has no two words");
    Phrase phrase{phrases.ids[first], 0, phrases.ids[end - 1], phrases.targets[i]};
    give_role(phrase.left, kFirst);
    give_role(phrase.right, kLast);
    for (std::int64_t k = first + 1; k < end - 1; ++k) {
      give_role(phrases.ids[k], kInside);
      phrase.middle = middles_.add(phrase.middle, phrases.ids[k]);
    }
    add(phrase);
  }
  for (std::size_t id = 0; id < roles_.size(); ++id)
    if ((roles_[id] & kInside) && roles_[id] != kInside)
      throw std::invalid_argument("word " + std::to_string(id) + " is inside and at the edge of phrases");
}

void PhraseTable::give_role(std::uint32_t id, Role role) {
  if (id >= roles_.size()) roles_.resize(std::size_t{id} + 1);
  roles_[id] = static_cast<std::uint8_t>(roles_[id] | role);
}

void PhraseTable::add(const Phrase &phrase) {
  std::size_t slot = home(phrase.left, phrase.middle, phrase.right);
  while (slots_[slot].target != kNone) slot = (slot + 1) & mask_;
  slots_[slot] = phrase;
}

}  // namespace embtrain::phrases
