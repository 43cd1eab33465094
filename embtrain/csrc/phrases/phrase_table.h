// The phrases of one pass, found by their words' ids.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "phrases/middles.h"

namespace embtrain::phrases {

// Phrase i consists of the words ids[offsets[i] .. offsets[i + 1]), at least two, and becomes the word
// targets[i].
struct PhraseList {
  const std::int64_t *offsets;
  const std::uint32_t *ids;
  std::size_t n_ids;
  const std::uint32_t *targets;
  std::size_t n_phrases;
};

class PhraseTable {
 public:
  // Throws std::invalid_argument if offsets leave the ids, a phrase has fewer than two words, or a word is
  // inside of one phrase and begins or ends another.
  explicit PhraseTable(const PhraseList &phrases);

  // What a word may be in phrases, any of these together.
  enum Role : std::uint8_t { kFirst = 1, kLast = 2, kInside = 4 };
  using Roles = std::uint8_t;
  Roles roles(std::uint32_t id) const { return id < roles_.size() ? roles_[id] : 0; }
  const Middles &middles() const { return middles_; }

  // What a phrase becomes, kNone if there is no such phrase.
  std::uint32_t find(std::uint32_t left, std::uint32_t middle, std::uint32_t right) const {
    for (std::size_t slot = home(left, middle, right);; slot = (slot + 1) & mask_) {
      const Phrase &found = slots_[slot];
      if (found.target == kNone) return kNone;
      if (found.left == left && found.right == right && found.middle == middle) return found.target;
    }
  }

 private:
  struct Phrase {
    std::uint32_t left, middle, right, target;
  };

  void give_role(std::uint32_t id, Role role);
  void add(const Phrase &phrase);
  std::size_t home(std::uint32_t left, std::uint32_t middle, std::uint32_t right) const {
    std::uint64_t hash = ((static_cast<std::uint64_t>(left) << 32) | right) * 0x9E3779B97F4A7C15ull;
    hash = (hash ^ (hash >> 32) ^ middle) * 0xD6E8FEB86659FD93ull;
    return static_cast<std::size_t>(hash >> 32) & mask_;
  }

  std::vector<Roles> roles_;  // by word
  Middles middles_;
  std::vector<Phrase> slots_;
  std::size_t mask_ = 0;
};

}  // namespace embtrain::phrases
