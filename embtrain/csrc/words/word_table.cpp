#include "words/word_table.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <stdexcept>
#include <string>

namespace embtrain {

namespace {

constexpr std::size_t kFirstSlots = std::size_t{1} << 12;
constexpr std::size_t kMaxArena = std::size_t{1} << 40;

bool is_full(std::size_t types, std::size_t slots) { return 8 * types > 5 * slots; }

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
    place(hash_of(entries_[id]), static_cast<std::uint32_t>(id));
  }
}

std::uint32_t WordTable::insert(const Key &key, const std::uint8_t *word, std::uint64_t count) {
  const std::size_t id = entries_.size();
  if (id >= max_types_)
    throw std::length_error("more than " + std::to_string(max_types_) + " different words");
  std::uint64_t high = key.high;
  if (key.size > kShort) {
    high = arena_.size();
    if (high + key.size > kMaxArena) throw std::length_error("more than 2^40 bytes of different words");
    std::memcpy(arena_.extend(key.size), word, key.size);
  }
  *entries_.extend(1) = Entry{key.low, high, count, key.size};
  if (is_full(id + 1, mask_ + 1)) {
    grow();
  } else {
    place(key.hash, static_cast<std::uint32_t>(id));
  }
  return static_cast<std::uint32_t>(id);
}

const std::uint8_t *WordTable::bytes_of(const Entry &entry) const {
  // low and high of a short word lie one after the other and hold its bytes in memory order.
  return entry.size <= kShort ? reinterpret_cast<const std::uint8_t *>(&entry) : &arena_[entry.high];
}

std::uint64_t WordTable::hash_of(const Entry &entry) {
  return entry.size <= kShort ? hash_short(entry.low, entry.high, entry.size) : entry.low;
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

bool WordTable::before(const Entry &a, const Entry &b) const {
  if (a.count != b.count) return a.count > b.count;
  const std::uint8_t *first = bytes_of(a), *second = bytes_of(b);
  // At least eight bytes of any word can be read: short ones are padded with zeros, which do not change the
  // order.
  const std::uint64_t one = sortable(first, 8), two = sortable(second, 8);
  if (one != two) return one < two;
  const int order = std::memcmp(first, second, std::min(a.size, b.size));
  return order != 0 ? order < 0 : a.size < b.size;
}

void WordTable::sort() {
  index_.reset();
  Entry *first = entries_.size() > 0 ? &entries_[0] : nullptr;
  std::sort(first, first + entries_.size(), [this](const Entry &a, const Entry &b) { return before(a, b); });
}

std::size_t WordTable::memory(std::size_t types, std::size_t bytes) const {
  types += entries_.size();
  std::size_t slots = mask_ + 1;
  while (is_full(types, slots)) slots *= 2;
  return types * sizeof(Entry) + slots * sizeof(std::uint64_t) + arena_.size() + bytes;
}

void WordTable::clear() {
  entries_.clear();
  arena_.clear();
  allocate_index(kFirstSlots);
}

Counted WordTable::finish(std::uint64_t min_count) {
  index_.reset();  // sorting needs about as much memory as this frees
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

}  // namespace embtrain
