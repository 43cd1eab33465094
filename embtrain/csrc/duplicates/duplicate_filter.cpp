#include "duplicates/duplicate_filter.h"

#include <algorithm>
#include <cstring>

#include "text/white_space.h"

namespace embtrain::duplicates {

namespace {

using text::count_bits;
using text::is_white;
using text::kBlock;

struct Shape {
  std::size_t words = 0;
  bool plain = true;  // one space between words, and no other white space
};

Shape shape_of(const std::uint8_t *start, const std::uint8_t *end) {
  Shape shape;
  std::uint64_t before = 1, doubled = 0;
  const auto take = [&](const std::uint8_t *block, std::uint64_t valid) {
    const std::uint64_t white = text::classify(block).white & valid;
    const std::uint64_t after_white = (white << 1) | before;
    shape.words += count_bits(~white & after_white & valid);
    doubled |= white & after_white;
    before = white >> (kBlock - 1);
  };
  const std::uint8_t *block = start;
  for (; end - block >= static_cast<std::ptrdiff_t>(kBlock); block += kBlock) take(block, ~std::uint64_t{0});
  if (block < end) {
    std::uint8_t rest[kBlock] = {};
    std::memcpy(rest, block, static_cast<std::size_t>(end - block));
    take(rest, (std::uint64_t{1} << (end - block)) - 1);
  }
  unsigned control = 0;
  for (const std::uint8_t *byte = start; byte < end; ++byte)
    control |= static_cast<std::uint8_t>(*byte - 9) <= 4;
  shape.plain = doubled == 0 && control == 0 && (start == end || end[-1] != ' ');
  return shape;
}

void write_words(const std::uint8_t *start, const std::uint8_t *end, std::vector<std::uint8_t> &out) {
  out.clear();
  while ((start = std::find_if_not(start, end, is_white)) != end) {
    const std::uint8_t *stop = std::find_if(start, end, is_white);
    if (!out.empty()) out.push_back(' ');
    out.insert(out.end(), start, stop);
    start = stop;
  }
}

}  // namespace

DuplicateFilter::Line DuplicateFilter::examine(const std::uint8_t *start, const std::uint8_t *end) {
  const Shape shape = shape_of(start, end);
  if (shape.plain) return {start, end, shape.words, hash_of(start, static_cast<std::size_t>(end - start))};
  write_words(start, end, scratch_);
  return {start, end, shape.words, hash_of(scratch_.data(), scratch_.size())};
}

bool DuplicateFilter::stays(const Line &line) {
  if (line.words == 0) return true;
  if (static_cast<std::size_t>(line.end - line.start) >= longest_) {
    ++counters_.long_lines;
    return true;
  }
  ++counters_.lines;
  counters_.words += line.words;
  if (seen_.add(line.hash)) return true;
  ++counters_.duplicate_lines;
  counters_.duplicate_words += line.words;
  return false;
}

std::vector<std::uint8_t> DuplicateFilter::feed(const std::uint8_t *chunk, std::size_t size) {
  const std::uint8_t *const end = chunk + size;
  std::vector<std::uint8_t> out;
  out.reserve(held_.size() + size);
  chunk = finish_held(chunk, end, out);
  const std::uint8_t *kept = chunk;  // from here on, nothing was left out that is not in `out`
  Line batch[kBatch];
  for (bool more = true; more;) {
    std::size_t n = 0;
    while (n < kBatch && more) {
      const void *newline = chunk == end ? nullptr : std::memchr(chunk, text::kNewline, end - chunk);
      if ((more = newline != nullptr)) {
        batch[n] = examine(chunk, static_cast<const std::uint8_t *>(newline));
        seen_.prefetch(batch[n].hash);
        chunk = batch[n++].end + 1;
      }
    }
    for (std::size_t i = 0; i < n; ++i) {
      if (stays(batch[i])) continue;
      out.insert(out.end(), kept, batch[i].start);
      kept = batch[i].end + 1;
    }
  }
  out.insert(out.end(), kept, chunk);
  hold(chunk, end, out);
  return out;
}

// Adds to the open line what this chunk has of it; returns where the next line begins.
const std::uint8_t *DuplicateFilter::finish_held(const std::uint8_t *chunk, const std::uint8_t *end,
                                                 std::vector<std::uint8_t> &out) {
  if ((held_.empty() && !passing_) || chunk == end) return chunk;
  const void *newline = std::memchr(chunk, text::kNewline, static_cast<std::size_t>(end - chunk));
  const std::uint8_t *stop = newline == nullptr ? end : static_cast<const std::uint8_t *>(newline) + 1;
  hold(chunk, stop, out);
  if (newline != nullptr) release(out);
  return stop;
}

void DuplicateFilter::hold(const std::uint8_t *start, const std::uint8_t *end,
                           std::vector<std::uint8_t> &out) {
  if (!passing_) held_.insert(held_.end(), start, end);
  const bool ended = !held_.empty() && held_.back() == text::kNewline;
  if (!passing_ && !ended && held_.size() >= longest_) {
    ++counters_.long_lines;
    out.insert(out.end(), held_.begin(), held_.end());
    held_.clear();
    passing_ = true;
  } else if (passing_) {
    out.insert(out.end(), start, end);
  }
}

// Ends the open line: it is returned unless it is a duplicate.
void DuplicateFilter::release(std::vector<std::uint8_t> &out) {
  if (!passing_) {
    const std::uint8_t *start = held_.data(), *end = start + held_.size();
    if (end > start && end[-1] == text::kNewline) --end;
    if (stays(examine(start, end))) out.insert(out.end(), held_.begin(), held_.end());
  }
  held_.clear();
  passing_ = false;
}

std::vector<std::uint8_t> DuplicateFilter::end_input() {
  std::vector<std::uint8_t> out;
  release(out);
  return out;
}

}  // namespace embtrain::duplicates
