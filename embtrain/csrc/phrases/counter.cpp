#include "phrases/counter.h"

#include <algorithm>
#include <stdexcept>

#include "threads/workers.h"

namespace embtrain::phrases {
namespace {

constexpr std::uint64_t kLast = ~std::uint64_t{0};
constexpr std::size_t kFewestSlots = 1024;

void append(Pairs &all, const Pairs &part) {
  const auto join = [](auto &to, const auto &from) { to.insert(to.end(), from.begin(), from.end()); };
  join(all.left, part.left);
  join(all.middle, part.middle);
  join(all.right, part.right);
  join(all.counts, part.counts);
}

}  // namespace

Counter::Counter(const WordList &words, const std::int64_t *counts, const std::uint8_t *connectors,
                 const std::string &delimiter, std::uint64_t tokens, std::size_t memory, int threads)
    : spelling_(words, delimiter), counts_(counts), connectors_(connectors), threads_(threads) {
  if (words.n_words >= kNone) throw std::length_error("there are more words than ids");
  if (tokens > Entry::kMostCount) throw std::length_error("the text has more than 2^40 words");
  for (std::uint32_t id = 0; id < words.n_words; ++id)
    if (spelling_.has_delimiter(id) && !connectors[id] && counts[id] > 0) words_with_delimiter_.push_back(id);
  const auto n = static_cast<std::size_t>(threads);
  // No text has more different pairs than words.
  const std::size_t most = static_cast<std::size_t>(tokens) + words_with_delimiter_.size();
  slots_ = std::max(kFewestSlots, std::min(memory / sizeof(Entry), 2 * most) / n);
  width_ = kLast / n + (n > 1);
  ranges_.push_back({0, kLast});
  tables_.resize(n);
}

bool Counter::begin() {
  for (n_tables_ = 0; n_tables_ < tables_.size() && !ranges_.empty(); ++n_tables_) {
    tables_[n_tables_].begin(next_range(), slots_);
    add_words(tables_[n_tables_]);
  }
  return n_tables_ > 0;
}

Range Counter::next_range() {
  const Range range = ranges_.back();
  ranges_.pop_back();
  const std::uint64_t width = range.last - range.first;
  if (width <= width_) return range;
  // One of equal parts: a small rest would take a reading of its own.
  const std::uint64_t end = range.first + width / (width / width_ + 1);
  ranges_.push_back({end + 1, range.last});
  return {range.first, end};
}

// A word that is written like a phrase counts with it, as in gensim, whose counts are by text.
void Counter::add_words(PairTable &table) const {
  for (const std::uint32_t id : words_with_delimiter_) {
    const Candidate word{mixed(spelling_.hash(id).value), id, kNone, 0};
    if (table.range().has(word.hash))
      table.count(word, static_cast<std::uint64_t>(counts_[id]),
                  [this](const Entry &entry) { return hash_of(entry); });
  }
}

void Counter::add(const std::uint32_t *ids, const std::int64_t *sentences, std::size_t n) {
  find_candidates(ids, sentences, n);
  run_workers(threads_, n_tables_, [this](std::size_t k) {
    tables_[k].add(candidates_.data(), candidates_.size(),
                   [this](const Entry &entry) { return hash_of(entry); });
  });
}

// A word is the last one of a candidate and the first one of the next, unless it is a connector word.
void Counter::find_candidates(const std::uint32_t *ids, const std::int64_t *sentences, std::size_t n) {
  candidates_.clear();
  const std::size_t n_words = spelling_.n_words();
  for (std::size_t k = 0; k < n; ++k) {
    std::uint32_t left = kNone, middle = 0;
    for (std::int64_t i = sentences[k]; i < sentences[k + 1]; ++i) {
      const std::uint32_t id = ids[i];
      if (id >= n_words) throw std::out_of_range("id " + std::to_string(id) + " is out of range");
      if (!connectors_[id]) {
        if (left != kNone) candidates_.push_back({hash_of(left, middle, id), left, id, middle});
        left = id;
        middle = 0;
      } else if (left != kNone) {
        middle = middles_.add(middle, id, Entry::kMostMiddles);
        if (middle == middle_hashes_.size()) {
          const std::uint32_t before = middles_.before(middle);
          middle_hashes_.push_back(middle_hashes_[before] + spelling_.hash_of_tail(id));
          middle_delimiter_.push_back(middle_delimiter_[before] || spelling_.has_delimiter(id));
        }
      }
    }
  }
}

std::uint64_t Counter::hash_of(std::uint32_t left, std::uint32_t middle, std::uint32_t right) const {
  const TextHash first = spelling_.hash(left) + middle_hashes_[middle];
  return mixed((first + spelling_.hash_of_tail(right)).value);
}

std::uint64_t Counter::hash_of(const Entry &entry) const {
  if (entry.is_word()) return mixed(spelling_.hash(entry.left).value);
  return hash_of(entry.left, entry.middle(), entry.right);
}

std::string Counter::text_of(const Entry &entry) const {
  std::string text;
  spelling_.append(text, entry.left);
  if (entry.is_word()) return text;
  std::vector<std::uint32_t> rest = middles_.words(entry.middle());
  rest.push_back(entry.right);
  for (const std::uint32_t id : rest) {
    text += spelling_.delimiter();
    spelling_.append(text, id);
  }
  return text;
}

bool Counter::has_delimiter(const Entry &entry) const {
  return spelling_.has_delimiter(entry.left) ||
         (!entry.is_word() && (spelling_.has_delimiter(entry.right) || middle_delimiter_[entry.middle()]));
}

// Gives all entries of the same text the sum of their counts. Of these, all but perhaps one have a word with
// a delimiter. Returns by how many the entries exceed the texts, and adds the words among them.
std::int64_t Counter::join_counts(PairTable &table, std::vector<std::uint32_t> &words,
                                  std::vector<std::int64_t> &counts) const {
  std::int64_t surplus = 0;
  table.each([&](Entry &entry) {
    if (entry.is_shared() || !has_delimiter(entry)) return;
    const std::uint64_t hash = hash_of(entry);
    std::vector<Entry *> same;
    std::string text;
    table.near(hash, [&](Entry &other) {
      if (&other == &entry || hash_of(other) != hash) return;
      if (text.empty()) text = text_of(entry);
      if (text_of(other) == text) same.push_back(&other);
    });
    if (same.empty()) return;
    same.push_back(&entry);
    std::uint64_t sum = 0;
    for (const Entry *one : same) sum += one->count();
    for (Entry *one : same) {
      one->share(sum);
      if (!one->is_word()) continue;
      words.push_back(one->left);
      counts.push_back(static_cast<std::int64_t>(sum));
    }
    surplus += static_cast<std::int64_t>(same.size()) - 1;
  });
  return surplus;
}

Pairs Counter::end(std::uint64_t least) {
  struct Part {
    Pairs pairs;
    std::int64_t different = 0;
    std::vector<std::uint32_t> words;
    std::vector<std::int64_t> counts;
  };
  std::vector<Part> parts(n_tables_);
  run_workers(threads_, n_tables_, [&](std::size_t k) {
    PairTable &table = tables_[k];
    Part &part = parts[k];
    if (!words_with_delimiter_.empty()) part.different -= join_counts(table, part.words, part.counts);
    table.each([&](const Entry &entry) {
      if (entry.is_word()) return;
      ++part.different;
      if (entry.count() < least) return;
      part.pairs.left.push_back(entry.left);
      part.pairs.middle.push_back(entry.middle());
      part.pairs.right.push_back(entry.right);
      part.pairs.counts.push_back(static_cast<std::int64_t>(entry.count()));
    });
    table.free_memory();
  });
  Pairs found;
  for (std::size_t k = 0; k < n_tables_; ++k) {
    append(found, parts[k].pairs);
    different_ += parts[k].different;
    shared_words_.insert(shared_words_.end(), parts[k].words.begin(), parts[k].words.end());
    shared_counts_.insert(shared_counts_.end(), parts[k].counts.begin(), parts[k].counts.end());
    const Range &range = tables_[k].range();
    const std::vector<Range> &more = tables_[k].left_over();
    ranges_.insert(ranges_.end(), more.begin(), more.end());
    if (!more.empty()) width_ = std::max<std::uint64_t>(1, std::min(width_, range.last - range.first));
    done_ += static_cast<double>(range.last - range.first) / static_cast<double>(kLast);
  }
  return found;
}

}  // namespace embtrain::phrases
