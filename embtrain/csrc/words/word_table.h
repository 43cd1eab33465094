// The table of all words seen: ids in order of first appearance, and counts.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "words/growing.h"
#include "words/key.h"

namespace embtrain {

// What counting yields. Words are sorted by count, highest first, then by their bytes.
struct Counted {
  std::vector<std::uint8_t> arena;
  std::vector<std::int64_t> offsets;     // [words + 1]
  std::vector<std::int64_t> counts;      // [words]
  std::vector<std::uint32_t> final_ids;  // [types], provisional id -> row, kDropped under the minimum count
};

constexpr std::uint32_t kDropped = 0xFFFFFFFFu;

// Open addressing over 8-byte slots (32 bits of the hash, id + 1); the words themselves lie in an array in
// order of first appearance, so frequent words, which come early in any text, share few cache lines.
class WordTable {
 public:
  explicit WordTable(std::uint32_t max_types);

  std::size_t types() const { return entries_.size(); }

  void prefetch(const Key &key) const { __builtin_prefetch(&index_[key.hash & mask_]); }

  void prefetch_entry(const Key &key) const {
    const std::uint64_t slot = index_[key.hash & mask_];
    // An empty slot wraps to an address that is never touched: a prefetch cannot fault.
    __builtin_prefetch(entries_.data() + static_cast<std::uint32_t>(slot));
  }

  // Counts a word and returns its provisional id. Throws std::length_error at the limits, std::bad_alloc.
  std::uint32_t add(const Key &key, const std::uint8_t *word, std::uint64_t count = 1) {
    const std::uint32_t id = find(key, word);
    if (id == kDropped) return insert(key, word, count);
    entries_[id].count += count;
    return id;
  }

  // The provisional id of a word, kDropped if it is not in the table.
  std::uint32_t find(const Key &key, const std::uint8_t *word) const {
    for (std::size_t slot = key.hash & mask_;; slot = (slot + 1) & mask_) {
      const std::uint64_t found = index_[slot];
      if (found == 0) return kDropped;
      if ((found ^ key.hash) >> 32 != 0) continue;
      const auto id = static_cast<std::uint32_t>(found) - 1;
      const Entry &entry = entries_[id];
      if (entry.low != key.low || entry.size != key.size) continue;
      if (key.size <= kShort ? entry.high != key.high : !same_long(entry, word)) continue;
      return id;
    }
  }

  void increase(std::uint32_t id, std::uint64_t count) { entries_[id].count += count; }
  std::uint64_t count(std::size_t id) const { return entries_[id].count; }
  std::size_t size(std::size_t id) const { return entries_[id].size; }
  const std::uint8_t *bytes(std::size_t id) const { return bytes_of(entries_[id]); }
  std::uint64_t hash(std::size_t id) const { return hash_of(entries_[id]); }

  // Bytes of memory in use after adding `types` more words of `bytes` bytes in total.
  std::size_t memory(std::size_t types, std::size_t bytes) const;
  // Frees the index; afterwards only reading and clear() are allowed.
  void free_index() { index_.reset(); }
  // Sorts the words in place, by count, highest first, then by their bytes; frees the index.
  void sort();
  // Empties the table, which can then be filled again.
  void clear();

  // Sorts the words counted at least min_count times and frees the table, which is empty afterwards.
  Counted finish(std::uint64_t min_count);

 private:
  struct Entry {
    std::uint64_t low;   // as in Key
    std::uint64_t high;  // as in Key; of a long word: where it starts in arena_
    std::uint64_t count;
    std::uint32_t size;
  };
  struct FreeMemory {
    void operator()(std::uint64_t *memory) const;
  };
  struct Order;

  std::uint32_t insert(const Key &key, const std::uint8_t *word, std::uint64_t count);
  void allocate_index(std::size_t slots);
  void place(std::uint64_t hash, std::uint32_t id);
  void grow();
  bool same_long(const Entry &entry, const std::uint8_t *word) const {
    return std::memcmp(&arena_[entry.high], word, entry.size) == 0;
  }
  const std::uint8_t *bytes_of(const Entry &entry) const;
  static std::uint64_t hash_of(const Entry &entry);
  bool before(const Entry &a, const Entry &b) const;
  std::vector<Order> sorted(std::uint64_t min_count) const;
  bool before(const Order &a, const Order &b) const;

  std::uint32_t max_types_;
  std::unique_ptr<std::uint64_t[], FreeMemory> index_;
  std::size_t mask_ = 0;
  Growing<Entry> entries_;
  Growing<std::uint8_t> arena_;  // words longer than kShort
};

}  // namespace embtrain
