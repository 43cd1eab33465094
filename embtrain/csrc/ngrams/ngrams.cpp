#include "ngrams/ngrams.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>

#include "ngrams/hashes.h"

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__
#error "tables are little-endian and are added as they are in memory"
#endif

namespace embtrain::ngrams {

namespace {

constexpr std::string_view kEndOfSentence = "</s>";
// Rows of a table are fetched this many additions ahead; most of them are far apart in memory.
constexpr std::size_t kAhead = 8, kBatch = 1024;
// A row of zeros, which no table holds.
constexpr std::int64_t kZeroRow = -1;

const std::uint8_t *bytes(std::string_view text) {
  return reinterpret_cast<const std::uint8_t *>(text.data());
}

bool continues(char byte) { return (static_cast<unsigned char>(byte) & 0xc0) == 0x80; }

// Where the characters of a text start, and its end.
std::vector<std::size_t> boundaries(std::string_view text) {
  std::vector<std::size_t> found;
  found.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!continues(text[i])) found.push_back(i);
  found.push_back(text.size());
  return found;
}

std::string_view word_of(const WordList &words, std::size_t i) {
  const Span span = word(words, i);
  return {reinterpret_cast<const char *>(span.data), span.size};
}

void add_row(const std::uint8_t *row, std::size_t dim, float *out) {
  for (std::size_t j = 0; j < dim; ++j) {
    float value;
    std::memcpy(&value, row + j * sizeof value, sizeof value);
    out[j] += value;
  }
}

// Adds rows to one vector, a batch at a time, fetching ahead.
class Adder {
 public:
  Adder(const Rows &table, float *out) : table_(table), out_(out) {}

  void add(std::int64_t row) {
    if (row == kZeroRow) {
      ++count_;
      return;
    }
    if (row < 0 || static_cast<std::uint64_t>(row) >= table_.n_rows)
      throw std::invalid_argument("an n-gram has row " + std::to_string(row) + " of a table of " +
                                  std::to_string(table_.n_rows) + " rows");
    batch_[size_] = at(row);
    ++count_;
    if (++size_ == kBatch) flush();
  }

  std::int64_t finish() {
    flush();
    return count_;
  }

 private:
  const std::uint8_t *at(std::int64_t row) const {
    return table_.data + static_cast<std::size_t>(row) * table_.dim * sizeof(float);
  }

  static void fetch(const std::uint8_t *row, std::size_t n_bytes) {
    for (std::size_t i = 0; i < n_bytes; i += 64) __builtin_prefetch(row + i);
  }

  void flush() {
    const std::size_t n_bytes = std::min<std::size_t>(table_.dim * sizeof(float), 2048);
    for (std::size_t i = 0; i < std::min(size_, kAhead); ++i) fetch(batch_[i], n_bytes);
    for (std::size_t i = 0; i < size_; ++i) {
      if (i + kAhead < size_) fetch(batch_[i + kAhead], n_bytes);
      add_row(batch_[i], table_.dim, out_);
    }
    size_ = 0;
  }

  const Rows &table_;
  float *out_;
  std::int64_t count_ = 0;
  std::size_t size_ = 0;
  const std::uint8_t *batch_[kBatch];
};

}  // namespace

template <typename Visit>
void Index::visit_bucket(std::uint64_t bucket, const Visit &visit_row) const {
  const auto wanted = static_cast<std::int64_t>(bucket);
  if (!pruned_) return visit_row(wanted);
  const auto found = std::lower_bound(buckets_.begin(), buckets_.end(), wanted);
  if (found != buckets_.end() && *found == wanted)
    visit_row(found - buckets_.begin());
  else if (count_absent_)
    visit_row(kZeroRow);
}

template <typename Visit>
void Index::visit_ngram(std::string_view ngram, std::size_t n_chars, const Visit &visit_row) const {
  const std::uint64_t n = settings_.n_buckets;
  switch (settings_.kind) {
    case Kind::kFasttext:
      return visit_bucket(fasttext_hash(bytes(ngram), ngram.size()) % n, visit_row);
    case Kind::kFinalfusion:
      return visit_bucket(finalfusion_hash(bytes(ngram), ngram.size(), n_chars) % n, visit_row);
    case Kind::kFloret: {
      const auto hashes = floret_hashes(bytes(ngram), ngram.size(), settings_.seed);
      for (std::uint32_t i = 0; i < std::min(settings_.n_hashes, 4u); ++i)
        visit_bucket(hashes[i] % n, visit_row);
      return;
    }
    case Kind::kExplicit: {
      const auto found = rows_.find(std::string(ngram));
      if (found != rows_.end()) visit_row(found->second);
    }
  }
}

template <typename Visit>
void Index::visit(std::string_view word, const Visit &visit_row) const {
  visit_texts(word,
              [&](std::string_view ngram, std::size_t n_chars) { visit_ngram(ngram, n_chars, visit_row); });
}

// Calls visit_text(n-gram, its characters) for each n-gram of a word.
template <typename Visit>
void Index::visit_texts(std::string_view word, const Visit &visit_text) const {
  if (settings_.n_buckets == 0 && settings_.kind != Kind::kExplicit) return;
  // fastText gives the end of a sentence no n-grams, in training and after it.
  if (settings_.kind == Kind::kFasttext && word == kEndOfSentence) return;
  std::string padded = settings_.begin;
  padded.append(word).append(settings_.end);
  const std::string_view text = padded;
  const std::vector<std::size_t> bounds = boundaries(text);
  const std::size_t n_chars = bounds.size() - 1;
  if (settings_.kind == Kind::kFloret) visit_text(text, n_chars);
  const std::uint64_t min_n = std::max<std::uint64_t>(settings_.min_n, 1);
  for (std::size_t start = 0; start < n_chars; ++start) {
    const std::uint64_t longest = std::min<std::uint64_t>(settings_.max_n, n_chars - start);
    for (std::uint64_t n = min_n; n <= longest; ++n) {
      // A mark alone says nothing about the word; fastText leaves it out.
      if (n == 1 && settings_.kind == Kind::kFasttext && (start == 0 || start + 1 == n_chars)) continue;
      visit_text(text.substr(bounds[start], bounds[start + n] - bounds[start]), n);
    }
  }
}

void Index::rows(std::string_view word, std::vector<std::int64_t> &out) const {
  visit(word, [&](std::int64_t row) {
    if (row != kZeroRow) out.push_back(row);
  });
}

void Index::bags(const WordList &words, std::vector<std::int32_t> &rows,
                 std::vector<std::int64_t> &ends) const {
  for (std::size_t i = 0; i < words.n_words; ++i) {
    visit(word_of(words, i), [&](std::int64_t row) {
      if (row < 0 || row > INT32_MAX)
        throw std::invalid_argument("an n-gram has row " + std::to_string(row) + ", expected less than 2^31");
      rows.push_back(static_cast<std::int32_t>(row));
    });
    ends.push_back(static_cast<std::int64_t>(rows.size()));
  }
}

std::vector<std::pair<std::string, std::int64_t>> Index::list(const WordList &words,
                                                              std::int64_t least) const {
  struct Found {
    std::int64_t words = 0;
    std::size_t last = SIZE_MAX;  // word
  };
  std::unordered_map<std::string, Found> all;
  for (std::size_t i = 0; i < words.n_words; ++i)
    visit_texts(word_of(words, i), [&](std::string_view ngram, std::size_t) {
      Found &found = all[std::string(ngram)];
      found.words += found.last != i;
      found.last = i;
    });
  std::vector<std::pair<std::string, std::int64_t>> listed;
  for (const auto &[ngram, found] : all)
    if (found.words >= least) listed.emplace_back(ngram, found.words);
  std::sort(listed.begin(), listed.end(), [](const auto &a, const auto &b) {
    return a.second != b.second ? a.second > b.second : a.first < b.first;
  });
  return listed;
}

void Index::sum(const WordList &words, const Rows &table, float *out, std::int64_t *counts) const {
  for (std::size_t i = 0; i < words.n_words; ++i) {
    Adder adder(table, out + i * table.dim);
    visit(word_of(words, i), [&](std::int64_t row) { adder.add(row); });
    counts[i] = adder.finish();
  }
}

}  // namespace embtrain::ngrams
