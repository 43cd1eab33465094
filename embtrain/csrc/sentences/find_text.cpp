#include "sentences/find_text.h"

#include <algorithm>
#include <cstring>
#include <exception>

#include "text/white_space.h"
#include "threads/chunks.h"
#include "threads/pool.h"

namespace embtrain::sentences {
namespace {

// Bytes of text that a thread takes at a time, up to the end of a line.
constexpr std::size_t kChunk = std::size_t{1} << 16;
// Words looked up together, so that their cache misses overlap.
constexpr std::size_t kBatch = 128;

// Finds the words of some lines.
class Finder {
 public:
  Finder(const WordIndex &index, bool keep_unknown, const std::uint8_t *limit)
      : index_(index), keep_unknown_(keep_unknown), limit_(limit) {}

  // text ends with a newline, or is the last of all.
  void find(const std::uint8_t *text, const std::uint8_t *end, bool is_last) {
    while (text < end) {
      if (text::is_white(*text)) {
        if (*text == text::kNewline) end_line();
        ++text;
        continue;
      }
      const std::uint8_t *stop = std::find_if(text, end, text::is_white);
      words_[n_words_++] = {text, static_cast<std::size_t>(stop - text)};
      if (n_words_ == kBatch) look_up();
      text = stop;
    }
    if (is_last) end_line();
    look_up();
  }

  std::vector<std::int64_t> rows, lengths;
  std::vector<std::uint8_t> unknown;
  std::vector<std::int64_t> unknown_lengths;

 private:
  void end_line() {
    const std::size_t all = rows.size() + n_words_;
    lengths.push_back(static_cast<std::int64_t>(all - line_start_));
    line_start_ = all;
  }

  void look_up() {
    const std::size_t before = rows.size();
    rows.resize(before + n_words_);
    index_.find(words_, n_words_, limit_, rows.data() + before);
    for (std::size_t i = 0; keep_unknown_ && i < n_words_; ++i) {
      if (rows[before + i] >= 0) continue;
      unknown.insert(unknown.end(), words_[i].data, words_[i].data + words_[i].size);
      unknown_lengths.push_back(static_cast<std::int64_t>(words_[i].size));
    }
    n_words_ = 0;
  }

  const WordIndex &index_;
  const bool keep_unknown_;
  const std::uint8_t *const limit_;
  Span words_[kBatch] = {};
  std::size_t n_words_ = 0, line_start_ = 0;
};

// Where chunks of whole lines begin, and the end of the text.
std::vector<std::size_t> cut(const std::uint8_t *text, std::size_t size) {
  std::vector<std::size_t> starts = {0};
  while (size - starts.back() > kChunk) {
    const std::size_t from = starts.back() + kChunk;
    const void *newline = std::memchr(text + from, text::kNewline, size - from);
    if (newline == nullptr) break;
    starts.push_back(static_cast<std::size_t>(static_cast<const std::uint8_t *>(newline) - text) + 1);
  }
  starts.push_back(size);
  return starts;
}

void append_ends(std::vector<std::int64_t> &ends, const std::vector<std::int64_t> &lengths) {
  for (const std::int64_t length : lengths) ends.push_back(ends.back() + length);
}

Found joined(const std::vector<Finder> &parts) {
  Found found;
  std::size_t rows = 0, lines = 1;
  for (const Finder &part : parts) {
    rows += part.rows.size();
    lines += part.lengths.size();
  }
  found.rows.reserve(rows);
  found.ends.reserve(lines);
  found.ends.push_back(0);
  found.unknown_ends.push_back(0);
  for (const Finder &part : parts) {
    found.rows.insert(found.rows.end(), part.rows.begin(), part.rows.end());
    found.unknown.insert(found.unknown.end(), part.unknown.begin(), part.unknown.end());
    append_ends(found.ends, part.lengths);
    append_ends(found.unknown_ends, part.unknown_lengths);
  }
  return found;
}

}  // namespace

Found find_text(const WordIndex &index, const std::uint8_t *text, std::size_t size, bool keep_unknown,
                int threads) {
  const std::vector<std::size_t> starts = cut(text, size);
  const std::size_t n_chunks = starts.size() - 1;
  std::vector<Finder> parts(n_chunks, Finder(index, keep_unknown, text + size));
  threads = static_cast<int>(std::clamp<std::size_t>(n_chunks, 1, static_cast<std::size_t>(threads)));
  Chunks chunks(static_cast<int64_t>(n_chunks), threads);
  std::vector<std::exception_ptr> failed(static_cast<std::size_t>(threads));
  run_parallel(threads, [&](int thread) {
    try {
      for (int64_t next; (next = chunks.next(thread)) >= 0;) {
        const auto i = static_cast<std::size_t>(next);
        parts[i].find(text + starts[i], text + starts[i + 1], i + 1 == n_chunks);
      }
    } catch (...) {
      failed[static_cast<std::size_t>(thread)] = std::current_exception();
    }
  });
  for (const std::exception_ptr &error : failed)
    if (error) std::rethrow_exception(error);
  return joined(parts);
}

}  // namespace embtrain::sentences
