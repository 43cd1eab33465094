#include "text/word_table.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>

namespace embtrain::text {

namespace {

constexpr std::size_t kFirstSlots = std::size_t{1} << 16;
constexpr std::size_t kMaxArena = std::size_t{1} << 40;

// The first eight bytes of a word as a number that sorts like the bytes.
std::uint64_t sortable(const std::uint8_t *bytes, std::size_t size) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < 8; ++i) value = (value << 8) | (i < size ? bytes[i] : 0);
  return value;
}

}  // namespace

// One word while it is sorted. The prefix decides nearly every comparison without looking at the word.
struct WordTable::Order {
  std::uint64_t count;
  std::uint64_t prefix;
  std::uint32_t id;
};

void WordTable::FreeMemory::operator()(std::uint64_t *memory) const { std::free(memory); }

WordTable::WordTable(std::uint32_t max_types) : max_types_(std::min(max_types, kDropped - 1)) {
  allocate_index(kFirstSlots);
}

void WordTable::allocate_index(std::size_t slots) {
  index_.reset();
  // calloc hands out fresh zero pages, which become resident only when they are used.
  index_.reset(static_cast<std::uint64_t *>(std::calloc(slots, sizeof(std::uint64_t))));
  if (!index_) throw std::bad_alloc();
  mask_ = slots - 1;
}

void WordTable::place(std::uint64_t hash, std::uint32_t id) {
  std::size_t slot = hash & mask_;
  while (index_[slot] != 0) slot = (slot + 1) & mask_;
  index_[slot] = (hash & ~std::uint64_t{kDropped}) | (id + 1);
}

void WordTable::grow() {
  allocate_index(2 * (mask_ + 1));
  for (std::size_t id = 0; id < entries_.size(); ++id) {
    const Entry &entry = entries_[id];
    const bool is_short = entry.size <= kShort;
    place(is_short ? hash_short(entry.low, entry.high, entry.size) : entry.low,
          static_cast<std::uint32_t>(id));
  }
}

std::uint32_t WordTable::insert(const Key &key, const std::uint8_t *word) {
  const std::size_t id = entries_.size();
  if (id >= max_types_)
    throw std::length_error("more than " + std::to_string(max_types_) + " different words");
  std::uint64_t high = key.high;
  if (key.size > kShort) {
    high = arena_.size();
    if (high + key.size > kMaxArena) throw std::length_error("more than 2^40 bytes of different words");
    std::memcpy(arena_.extend(key.size), word, key.size);
  }
  *entries_.extend(1) = Entry{key.low, high, 1, key.size};
  if (8 * (id + 1) > 5 * (mask_ + 1)) {
    grow();
  } else {
    place(key.hash, static_cast<std::uint32_t>(id));
  }
  return static_cast<std::uint32_t>(id);
}

const std::uint8_t *WordTable::bytes_of(const Entry &entry) const {
  // low and high of a short word lie one behind the other and hold its bytes in memory order.
  return entry.size <= kShort ? reinterpret_cast<const std::uint8_t *>(&entry) : &arena_[entry.high];
}

bool WordTable::before(const Order &a, const Order &b) const {
  if (a.count != b.count) return a.count > b.count;
  if (a.prefix != b.prefix) return a.prefix < b.prefix;
  const Entry &first = entries_[a.id], &second = entries_[b.id];
  const int order = std::memcmp(bytes_of(first), bytes_of(second), std::min(first.size, second.size));
  return order != 0 ? order < 0 : first.size < second.size;
}

std::vector<WordTable::Order> WordTable::sorted(std::uint64_t min_count) const {
  std::vector<Order> order;
  std::size_t kept = 0;
  for (std::size_t id = 0; id < entries_.size(); ++id) kept += entries_[id].count >= min_count;
  order.reserve(kept);
  for (std::size_t id = 0; id < entries_.size(); ++id) {
    const Entry &entry = entries_[id];
    if (entry.count < min_count) continue;
    order.push_back({entry.count, sortable(bytes_of(entry), entry.size), static_cast<std::uint32_t>(id)});
  }
  std::sort(order.begin(), order.end(), [this](const Order &a, const Order &b) { return before(a, b); });
  return order;
}

Counted WordTable::finish(std::uint64_t min_count) {
  index_.reset();  // sorting needs about as much memory as this gives back
  const std::vector<Order> order = sorted(min_count);
  Counted counted;
  counted.final_ids.assign(entries_.size(), kDropped);
  counted.offsets.reserve(order.size() + 1);
  counted.counts.reserve(order.size());
  std::size_t bytes = 0;
  for (const Order &word : order) bytes += entries_[word.id].size;
  counted.arena.reserve(bytes);
  counted.offsets.push_back(0);
  for (const Order &word : order) {
    const Entry &entry = entries_[word.id];
    const std::uint8_t *text = bytes_of(entry);
    counted.final_ids[word.id] = static_cast<std::uint32_t>(counted.counts.size());
    counted.arena.insert(counted.arena.end(), text, text + entry.size);
    counted.offsets.push_back(static_cast<std::int64_t>(counted.arena.size()));
    counted.counts.push_back(static_cast<std::int64_t>(entry.count));
  }
  entries_.free_all();
  arena_.free_all();
  allocate_index(kFirstSlots);
  return counted;
}

}  // namespace embtrain::text
