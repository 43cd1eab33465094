// Counts pairs of words, with what stands between them, whose hashes are in a range.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "phrases/middles.h"

namespace embtrain::phrases {

// What could be a phrase at a place of the text.
struct Candidate {
  std::uint64_t hash;  // of its text, mixed
  std::uint32_t left, right, middle;
};

// Hashes from `first` to `last`.
struct Range {
  std::uint64_t first, last;
  bool has(std::uint64_t hash) const { return hash - first <= last - first; }
};

// The number of times that a candidate, or a word by itself (`right` is kNone), occurs.
class Entry {
 public:
  static constexpr std::size_t kMostMiddles = std::size_t{1} << 23;
  static constexpr std::uint64_t kMostCount = (std::uint64_t{1} << 40) - 1;

  std::uint32_t left, right;

  std::uint64_t count() const { return rest_ & kMostCount; }
  std::uint32_t middle() const { return static_cast<std::uint32_t>(rest_ >> 41); }
  bool is_used() const { return rest_ != 0; }
  bool is_shared() const { return (rest_ & kShared) != 0; }
  bool is_word() const { return right == kNone; }
  void set(std::uint32_t middle, std::uint64_t count) {
    rest_ = (static_cast<std::uint64_t>(middle) << 41) | count;
  }
  void add(std::uint64_t count) { rest_ += count; }
  // Others have the same text, and this is how often all of them occur.
  void share(std::uint64_t count) { rest_ = (rest_ & ~kMostCount) | kShared | count; }

 private:
  static constexpr std::uint64_t kShared = std::uint64_t{1} << 40;
  std::uint64_t rest_;  // 23 bits: the middle; 1: whether it is shared; 40: the count
};

// A hash table of fixed size. When it is full, it gives up the upper half of its range.
class PairTable {
 public:
  // Throws std::bad_alloc.
  void begin(Range range, std::size_t slots);

  const Range &range() const { return range_; }
  // The ranges that were given up since begin().
  const std::vector<Range> &left_over() const { return left_over_; }
  std::size_t size() const { return size_; }

  // Counts those candidates that are in the range. `hash_of` gives the hash of an entry. Throws
  // std::length_error if the table is full of one hash.
  template <class HashOf>
  void add(const Candidate *candidates, std::size_t n, HashOf hash_of) {
    const Candidate *waiting[kTogether];
    std::size_t n_waiting = 0;
    const auto flush = [&] {
      for (std::size_t k = 0; k < n_waiting; ++k)
        if (range_.has(waiting[k]->hash)) count(*waiting[k], 1, hash_of);
      n_waiting = 0;
    };
    for (std::size_t i = 0; i < n; ++i) {
      if (!range_.has(candidates[i].hash)) continue;
      __builtin_prefetch(&entries_[home(candidates[i].hash)], 1);
      waiting[n_waiting++] = candidates + i;
      if (n_waiting == kTogether) flush();
    }
    flush();
  }

  // Counts one candidate in the range.
  template <class HashOf>
  void count(const Candidate &added, std::uint64_t times, HashOf hash_of) {
    std::size_t slot = home(added.hash);
    for (; entries_[slot].is_used(); slot = after(slot)) {
      Entry &entry = entries_[slot];
      if (entry.left != added.left || entry.right != added.right || entry.middle() != added.middle) continue;
      entry.add(times);
      return;
    }
    if (size_ >= most_) {
      while (size_ >= most_) narrow(hash_of);
      if (range_.has(added.hash)) count(added, times, hash_of);
      return;
    }
    entries_[slot].left = added.left;
    entries_[slot].right = added.right;
    entries_[slot].set(added.middle, times);
    ++size_;
  }

  // Calls visit(entry) for all entries.
  template <class Visit>
  void each(Visit visit) {
    for (std::size_t slot = 0; slot < slots_; ++slot)
      if (entries_[slot].is_used()) visit(entries_[slot]);
  }

  // Calls visit(entry) for the entries among which those of a hash are.
  template <class Visit>
  void near(std::uint64_t hash, Visit visit) {
    for (std::size_t slot = home(hash); entries_[slot].is_used(); slot = after(slot)) visit(entries_[slot]);
  }

  void free_memory() { entries_.reset(); }

 private:
  static constexpr std::size_t kTogether = 32;

  struct FreeMemory {
    void operator()(Entry *memory) const;
  };

  // Multiplying moves what differs within a range to the upper bits, which choose the slot.
  std::size_t home(std::uint64_t hash) const {
    const std::uint64_t spread = hash * 0x9E3779B97F4A7C15ull;
    return static_cast<std::size_t>((static_cast<unsigned __int128>(spread) * slots_) >> 64);
  }
  std::size_t after(std::size_t slot) const { return slot + 1 == slots_ ? 0 : slot + 1; }

  template <class HashOf>
  void narrow(HashOf hash_of) {
    give_up_half();
    for (std::size_t slot = 0; slot < slots_; ++slot)
      while (entries_[slot].is_used() && !range_.has(hash_of(entries_[slot]))) remove(slot, hash_of);
  }

  // Moves later entries back, so that none is cut off from its home (Knuth, volume 3, algorithm 6.4R).
  template <class HashOf>
  void remove(std::size_t hole, HashOf hash_of) {
    for (std::size_t slot = after(hole); entries_[slot].is_used(); slot = after(slot)) {
      const std::size_t wanted = home(hash_of(entries_[slot]));
      const bool between = hole <= slot ? hole < wanted && wanted <= slot : hole < wanted || wanted <= slot;
      if (between) continue;
      entries_[hole] = entries_[slot];
      hole = slot;
    }
    entries_[hole].set(0, 0);
    --size_;
  }

  void give_up_half();

  std::unique_ptr<Entry[], FreeMemory> entries_;
  std::size_t slots_ = 0, most_ = 0, size_ = 0;
  Range range_{0, 0};
  std::vector<Range> left_over_;
};

}  // namespace embtrain::phrases
