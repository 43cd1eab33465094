#include "words/find_words.h"

#include <stdexcept>

#include "words/key.h"

namespace embtrain {

namespace {

Key key_of(const std::string &word) {
  const auto *bytes = reinterpret_cast<const std::uint8_t *>(word.data());
  return make_key(bytes, word.size(), bytes + word.size());
}

// The distinct queries by hash, after a filter of 64 K bits that rejects nearly every other word.
class Queries {
 public:
  explicit Queries(const std::vector<std::string> &words)
      : words_(words), filter_(kFilterBits / 64), first_(words.size()) {
    std::size_t slots = 16;
    while (slots < 2 * words.size()) slots *= 2;
    slots_.assign(slots, kEmpty);
    for (std::size_t query = 0; query < words.size(); ++query) insert(query);
  }

  std::size_t distinct() const { return distinct_; }
  // The earlier query that asks for the same word, or the query itself.
  std::size_t first(std::size_t query) const { return first_[query]; }

  // Query that asks for the word, or kEmpty.
  std::size_t match(const Key &key, const std::uint8_t *word) const {
    const std::size_t bit = key.hash % kFilterBits;
    if ((filter_[bit / 64] >> (bit % 64) & 1) == 0) return kEmpty;
    return slots_[probe(key.hash, word, key.size)];
  }

  static constexpr std::size_t kEmpty = static_cast<std::size_t>(-1);

 private:
  static constexpr std::size_t kFilterBits = 65536;

  std::size_t probe(std::uint64_t hash, const std::uint8_t *word, std::size_t size) const {
    std::size_t slot = hash & (slots_.size() - 1);
    for (; slots_[slot] != kEmpty; slot = (slot + 1) & (slots_.size() - 1)) {
      const std::string &query = words_[slots_[slot]];
      if (query.size() == size && std::memcmp(query.data(), word, size) == 0) break;
    }
    return slot;
  }

  void insert(std::size_t query) {
    const std::string &word = words_[query];
    const Key key = key_of(word);
    const std::size_t slot =
        probe(key.hash, reinterpret_cast<const std::uint8_t *>(word.data()), word.size());
    if (slots_[slot] == kEmpty) {
      slots_[slot] = query;
      ++distinct_;
      const std::size_t bit = key.hash % kFilterBits;
      filter_[bit / 64] |= std::uint64_t{1} << (bit % 64);
    }
    first_[query] = slots_[slot];
  }

  const std::vector<std::string> &words_;
  std::vector<std::uint64_t> filter_;
  std::vector<std::size_t> slots_, first_;
  std::size_t distinct_ = 0;
};

[[noreturn]] void refuse(std::size_t row, std::int64_t start, std::int64_t stop, std::size_t arena_size) {
  throw std::invalid_argument("word " + std::to_string(row) + " has offsets " + std::to_string(start) +
                              " to " + std::to_string(stop) + " in " + std::to_string(arena_size) +
                              " bytes of words: the table of offsets is corrupt");
}

}  // namespace

std::vector<std::int64_t> find_words(const WordList &vocabulary, const std::vector<std::string> &queries) {
  const Queries table(queries);
  std::vector<std::int64_t> found(queries.size(), -1);
  std::size_t missing = table.distinct();
  for (std::size_t row = 0; row < vocabulary.n_words && missing > 0; ++row) {
    const std::int64_t start = vocabulary.offsets[row], stop = vocabulary.offsets[row + 1];
    if (start < 0 || stop < start || static_cast<std::uint64_t>(stop) > vocabulary.n_bytes)
      refuse(row, start, stop, vocabulary.n_bytes);
    const std::uint8_t *word = vocabulary.arena + start;
    const auto size = static_cast<std::size_t>(stop - start);
    const std::size_t query = table.match(make_key(word, size, vocabulary.arena + vocabulary.n_bytes), word);
    // The key holds only 32 bits of the size, so the whole sizes are compared too.
    if (query == Queries::kEmpty || found[query] >= 0 || queries[query].size() != size) continue;
    found[query] = static_cast<std::int64_t>(row);
    --missing;
  }
  for (std::size_t query = 0; query < queries.size(); ++query) found[query] = found[table.first(query)];
  return found;
}

}  // namespace embtrain
