#include "text/selection.h"

namespace embtrain::text {

namespace {

void count(Amount &amount, std::uint64_t tokens) {
  ++amount.words;
  amount.tokens += tokens;
}

}  // namespace

Selection::Selection(std::uint64_t min_count, std::uint64_t max_words)
    : min_count_(min_count), max_words_(max_words), listed_(kDropped - 1), stopped_(kDropped - 1) {}

bool Selection::keeps(const Line &line, const Key &key) {
  if (listed_.types() > 0 && listed_.find(key, line.word) != kDropped) return true;
  if (stopped_.types() > 0 && stopped_.find(key, line.word) != kDropped) {
    count(stop_words, line.count);
    return false;
  }
  if (line.count < min_count_) {
    count(rare, line.count);
    return false;
  }
  if (max_words_ > 0 && others_ + listed_.types() >= max_words_) {
    count(crowded_out, line.count);
    return false;
  }
  ++others_;
  return true;
}

std::vector<std::uint8_t> Selection::filter(const std::uint8_t *block, std::size_t size) {
  std::vector<std::uint8_t> lines;
  lines.reserve(size + 1);
  each_line(block, size, 1, [&](const Line &line, std::uint64_t) {
    if (!keeps(line, make_key(line.word, line.size, block + size))) return;
    count(kept, line.count);
    append_line(lines, line.word, line.size, line.count);
  });
  return lines;
}

}  // namespace embtrain::text
