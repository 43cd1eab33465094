#include "text/tally.h"

#include <stdexcept>

#include "text/lines.h"

namespace embtrain::text {

Tally::Tally(std::uint64_t max_token, bool eos) : encoder_(1, max_token, kDropped - 1, Mode::kCount, eos) {}

// The table has no index while words are handed out.
void Tally::require_counting() const {
  if (handing_out_) throw std::logic_error("words are being handed out: take them all first");
}

void Tally::feed(const std::uint8_t *chunk, std::size_t size) {
  require_counting();
  encoder_.feed(chunk, size);
}

void Tally::end_input() {
  require_counting();
  encoder_.end_input();
}

Counted Tally::finish() {
  require_counting();
  return encoder_.finish(0);
}

std::uint64_t Tally::add_lines(const std::uint8_t *block, std::size_t size, std::uint64_t first, bool once) {
  require_counting();
  WordTable &words = table();
  return each_line(block, size, first, [&](const Line &line, std::uint64_t number) {
    const std::size_t before = words.types();
    const std::uint32_t id = words.add(make_key(line.word, line.size, block + size), line.word, line.count);
    if (words.types() > before) return;
    if (once) refuse_twice(line, number);
    // Both parts are under 2^63, so that the sum has not wrapped.
    if (words.count(id) > kMaxCount) refuse_total(line, number);
  });
}

Partitions Tally::partition(unsigned level) {
  require_counting();
  handing_out_ = true;
  const unsigned shift = 8 * (kLevels - 1 - level);
  WordTable &words = table();
  words.free_index();
  Partitions sizes{std::vector<std::int64_t>(kPartitions), std::vector<std::int64_t>(kPartitions)};
  const auto part = [&](std::size_t id) { return (words.hash(id) >> shift) % kPartitions; };
  for (std::size_t id = 0; id < words.types(); ++id) {
    sizes.bytes[part(id)] += static_cast<std::int64_t>(line_size(words.size(id), words.count(id)));
    ++sizes.words[part(id)];
  }
  std::size_t next[kPartitions] = {};
  for (std::size_t i = 1; i < kPartitions; ++i)
    next[i] = next[i - 1] + static_cast<std::size_t>(sizes.words[i - 1]);
  order_.resize(words.types());
  for (std::size_t id = 0; id < words.types(); ++id)
    order_[next[part(id)]++] = static_cast<std::uint32_t>(id);
  return sizes;
}

void Tally::sort() {
  require_counting();
  handing_out_ = true;
  table().sort();
}

std::vector<std::uint8_t> Tally::take(std::size_t max_bytes) {
  WordTable &words = table();
  if (!handing_out_) throw std::logic_error("choose an order first: partition() or sort()");
  std::vector<std::uint8_t> lines;
  lines.reserve(max_bytes + 64);
  for (; taken_ < words.types() && lines.size() < max_bytes; ++taken_) {
    const std::size_t id = order_.empty() ? taken_ : order_[taken_];
    append_line(lines, words.bytes(id), words.size(id), words.count(id));
  }
  if (lines.empty()) {
    words.clear();
    std::vector<std::uint32_t>().swap(order_);
    taken_ = 0;
    handing_out_ = false;
  }
  return lines;
}

}  // namespace embtrain::text
