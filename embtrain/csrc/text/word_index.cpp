#include "text/word_index.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include "text/bytes.h"

namespace embtrain::text {
namespace {

constexpr std::size_t kFirstSlots = 1024;

std::uint64_t hash_of(const std::uint8_t *word, std::size_t size, const std::uint8_t *limit) {
  return make_key(word, size, limit).hash;
}

const std::uint8_t *word_at(const WordList &words, std::size_t i, std::size_t &size) {
  const std::int64_t start = words.offsets[i], stop = words.offsets[i + 1];
  if (start < 0 || stop < start || static_cast<std::uint64_t>(stop) > words.n_bytes)
    throw std::invalid_argument("offsets: word " + std::to_string(i) +
                                " does not lie within the words' bytes");
  size = static_cast<std::size_t>(stop - start);
  return words.arena + start;
}

}  // namespace

void WordIndex::reset() {
  arena_.free_all();
  offsets_.free_all();
  offsets_.extend(1)[0] = 0;
  rehash(kFirstSlots);
}

std::size_t WordIndex::slot_of(std::uint64_t hash, const std::uint8_t *word, std::size_t size) const {
  std::size_t slot = hash & mask_;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask_) {
    if ((slots_[slot] ^ hash) >> 32 != 0) continue;
    const std::size_t row = static_cast<std::uint32_t>(slots_[slot]) - 1;
    const auto start = static_cast<std::size_t>(offsets_[row]);
    if (static_cast<std::size_t>(offsets_[row + 1]) - start != size) continue;
    if (size == 0 || std::memcmp(arena_.data() + start, word, size) == 0) return slot;
  }
  return slot;
}

void WordIndex::rehash(std::size_t n_slots) {
  slots_.reset();
  slots_.reset(new std::uint64_t[n_slots]());
  mask_ = n_slots - 1;
  const std::uint8_t *const limit = arena_.data() + arena_.size();
  for (std::size_t row = 0; row < size(); ++row) {
    const std::uint8_t *word = arena_.data() + offsets_[row];
    const std::uint64_t hash =
        hash_of(word, static_cast<std::size_t>(offsets_[row + 1] - offsets_[row]), limit);
    std::size_t slot = hash & mask_;
    while (slots_[slot] != 0) slot = (slot + 1) & mask_;
    slots_[slot] = (hash & ~0xFFFFFFFFull) | (row + 1);
  }
}

void WordIndex::add(const WordList &words, std::int64_t *rows) {
  for (std::size_t i = 0; i < words.n_words; ++i) {
    std::size_t n_bytes;
    const std::uint8_t *word = word_at(words, i, n_bytes);
    const std::uint64_t hash = hash_of(word, n_bytes, words.arena + words.n_bytes);
    const std::size_t slot = slot_of(hash, word, n_bytes);
    if (slots_[slot] != 0) {
      rows[i] = static_cast<std::int64_t>(static_cast<std::uint32_t>(slots_[slot])) - 1;
      continue;
    }
    const std::size_t row = size();
    if (row >= 0xFFFFFFFEull) throw std::length_error("more than 4,294,967,294 words");
    if (n_bytes) std::memcpy(arena_.extend(n_bytes), word, n_bytes);
    *offsets_.extend(1) = static_cast<std::int64_t>(arena_.size());
    slots_[slot] = (hash & ~0xFFFFFFFFull) | (row + 1);
    rows[i] = static_cast<std::int64_t>(row);
    if (size() * 4 > (mask_ + 1) * 3) rehash((mask_ + 1) * 2);
  }
}

void WordIndex::find(const WordList &words, std::int64_t *rows) const {
  for (std::size_t i = 0; i < words.n_words; ++i) {
    std::size_t n_bytes;
    const std::uint8_t *word = word_at(words, i, n_bytes);
    const std::uint64_t slot =
        slots_[slot_of(hash_of(word, n_bytes, words.arena + words.n_bytes), word, n_bytes)];
    rows[i] = static_cast<std::int64_t>(static_cast<std::uint32_t>(slot)) - 1;
  }
}

}  // namespace embtrain::text
