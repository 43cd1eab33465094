#include "text/merger.h"

#include <algorithm>
#include <stdexcept>

namespace embtrain::text {

Merger::Merger(std::size_t runs) : runs_(runs) {
  for (std::size_t run = runs; run > 0; --run) hungry_.push_back(run - 1);
}

std::int64_t Merger::hungry() const {
  return hungry_.empty() ? -1 : static_cast<std::int64_t>(hungry_.back());
}

void Merger::feed(std::size_t run, const std::uint8_t *block, std::size_t size) {
  if (hungry() != static_cast<std::int64_t>(run)) throw std::invalid_argument("this run is not hungry");
  hungry_.pop_back();
  runs_[run].block.assign(block, block + size);
  runs_[run].next = 0;
  if (size == 0) {
    std::vector<std::uint8_t>().swap(runs_[run].block);
  } else {
    advance(run);
  }
}

// Whether the line of run a comes after the line of run b.
bool Merger::after(std::size_t a, std::size_t b) const {
  const Line &first = runs_[a].line, &second = runs_[b].line;
  if (first.count != second.count) return first.count < second.count;
  const int order = std::memcmp(first.word, second.word, std::min(first.size, second.size));
  return order != 0 ? order > 0 : first.size > second.size;
}

// Moves the run to the place of its next line, or to the hungry runs.
void Merger::advance(std::size_t run) {
  Run &from = runs_[run];
  if (from.next >= from.block.size()) {
    hungry_.push_back(run);
    return;
  }
  const std::uint8_t *start = from.block.data() + from.next;
  const std::size_t left = from.block.size() - from.next;
  const void *newline = std::memchr(start, kNewline, left);
  const std::uint8_t *stop = newline == nullptr ? start + left : static_cast<const std::uint8_t *>(newline);
  from.line = parse_line(start, stop, 0);
  from.next += static_cast<std::size_t>(stop - start) + 1;
  heap_.push_back(run);
  std::push_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return after(a, b); });
}

std::vector<std::uint8_t> Merger::take(std::size_t max_bytes) {
  std::vector<std::uint8_t> lines;
  lines.reserve(max_bytes + 64);
  while (hungry_.empty() && !heap_.empty() && lines.size() < max_bytes) {
    std::pop_heap(heap_.begin(), heap_.end(), [this](std::size_t a, std::size_t b) { return after(a, b); });
    const std::size_t run = heap_.back();
    heap_.pop_back();
    append_line(lines, runs_[run].line.word, runs_[run].line.size, runs_[run].line.count);
    advance(run);
  }
  return lines;
}

}  // namespace embtrain::text
