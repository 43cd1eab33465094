#include "words/word_index.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include "words/key.h"

namespace embtrain {
namespace {

constexpr std::size_t kFirstSlots = 1024;
// Words whose slots are fetched together: a large index exceeds the cache, and each word is somewhere else in
// it.
constexpr std::size_t kTogether = 16;

std::uint64_t hash_of(const std::uint8_t *word, std::size_t size, const std::uint8_t *limit) {
  return make_key(word, size, limit).hash;
}

std::uint64_t hash_of_word(const WordList &words, std::size_t i) {
  const Span span = word(words, i);
  return hash_of(span.data, span.size, words.arena + words.n_bytes);
}

}  // namespace

void WordIndex::reset() {
  arena_.free_all();
  offsets_.free_all();
  offsets_.extend(1)[0] = 0;
  slots_.reset();
  rehash(kFirstSlots);
}

std::size_t WordIndex::slot_of(std::uint64_t hash, const std::uint8_t *word, std::size_t size) const {
  std::size_t slot = (hash >> 32) & mask_;
  for (; slots_[slot] != 0; slot = (slot + 1) & mask_) {
    if ((slots_[slot] ^ hash) >> 32 != 0) continue;
    const std::size_t row = static_cast<std::uint32_t>(slots_[slot]) - 1;
    const auto start = static_cast<std::size_t>(offsets_[row]);
    if (static_cast<std::size_t>(offsets_[row + 1]) - start != size) continue;
    if (size == 0 || std::memcmp(arena_.data() + start, word, size) == 0) return slot;
  }
  return slot;
}

// Calls work(i, hash) for the words [0, n) in order. hash(i) is called some words ahead, and the slot is
// prefetched.
template <class Hash, class Work>
void WordIndex::visit(std::size_t n, Hash hash, Work work) const {
  std::uint64_t hashes[kTogether];
  for (std::size_t first = 0; first < n; first += kTogether) {
    const std::size_t count = n - first < kTogether ? n - first : kTogether;
    for (std::size_t k = 0; k < count; ++k) {
      hashes[k] = hash(first + k);
      __builtin_prefetch(&slots_[(hashes[k] >> 32) & mask_], 1);
    }
    for (std::size_t k = 0; k < count; ++k) work(first + k, hashes[k]);
  }
}

// The bits of the hash in a slot determine its new place, so no word is read. The slots are nearly in the
// order of these bits, so the new table is written nearly in order too.
void WordIndex::rehash(std::size_t n_slots) {
  std::unique_ptr<std::uint64_t[]> old(new std::uint64_t[n_slots]());
  old.swap(slots_);
  const std::size_t n_old = old == nullptr ? 0 : mask_ + 1;
  mask_ = n_slots - 1;
  for (std::size_t i = 0; i < n_old; ++i) {
    if (old[i] == 0) continue;
    std::size_t slot = (old[i] >> 32) & mask_;
    while (slots_[slot] != 0) slot = (slot + 1) & mask_;
    slots_[slot] = old[i];
  }
}

void WordIndex::add(const WordList &words, std::int64_t *rows) {
  const auto hash = [&](std::size_t i) { return hash_of_word(words, i); };
  visit(words.n_words, hash, [&](std::size_t i, std::uint64_t found) {
    const Span added = word(words, i);
    const std::size_t slot = slot_of(found, added.data, added.size);
    if (slots_[slot] != 0) {
      rows[i] = static_cast<std::int64_t>(static_cast<std::uint32_t>(slots_[slot])) - 1;
      return;
    }
    const std::size_t row = size();
    if (row >= 0xFFFFFFFEull) throw std::length_error("more than 4,294,967,294 words");
    if (added.size) std::memcpy(arena_.extend(added.size), added.data, added.size);
    *offsets_.extend(1) = static_cast<std::int64_t>(arena_.size());
    slots_[slot] = (found & ~0xFFFFFFFFull) | (row + 1);
    rows[i] = static_cast<std::int64_t>(row);
    if (size() * 4 > (mask_ + 1) * 3) rehash((mask_ + 1) * 2);
  });
}

void WordIndex::find(const Span *words, std::size_t n, const std::uint8_t *limit, std::int64_t *rows) const {
  const auto hash = [&](std::size_t i) { return hash_of(words[i].data, words[i].size, limit); };
  visit(n, hash, [&](std::size_t i, std::uint64_t found) {
    const std::uint64_t slot = slots_[slot_of(found, words[i].data, words[i].size)];
    rows[i] = static_cast<std::int64_t>(static_cast<std::uint32_t>(slot)) - 1;
  });
}

void WordIndex::find(const WordList &words, std::int64_t *rows) const {
  const auto hash = [&](std::size_t i) { return hash_of_word(words, i); };
  visit(words.n_words, hash, [&](std::size_t i, std::uint64_t found) {
    const Span wanted = word(words, i);
    const std::uint64_t slot = slots_[slot_of(found, wanted.data, wanted.size)];
    rows[i] = static_cast<std::int64_t>(static_cast<std::uint32_t>(slot)) - 1;
  });
}

}  // namespace embtrain
