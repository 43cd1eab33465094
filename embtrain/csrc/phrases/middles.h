// Numbers the sequences of connector words that stand between the first and the last word of a phrase.
#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <unordered_map>
#include <vector>

namespace embtrain::phrases {

constexpr std::uint32_t kNone = 0xFFFFFFFFu;

// A trie: each sequence is another one and a word after it. Number 0 is the empty sequence.
class Middles {
 public:
  std::size_t size() const { return nodes_.size(); }

  // The sequence longer by a word, kNone if it is not known.
  std::uint32_t find(std::uint32_t middle, std::uint32_t word) const {
    if (middle == 0) return word < first_.size() ? first_[word] : kNone;
    const auto found = next_.find(key(middle, word));
    return found == next_.end() ? kNone : found->second;
  }

  // The same, and numbers a new one. Throws std::length_error beyond `most` sequences.
  std::uint32_t add(std::uint32_t middle, std::uint32_t word, std::size_t most = kNone) {
    const std::uint32_t found = find(middle, word);
    if (found != kNone) return found;
    if (size() >= most)
      throw std::length_error("more than " + std::to_string(most) +
                              " different sequences of connector words");
    const auto added = static_cast<std::uint32_t>(size());
    nodes_.push_back({middle, word});
    if (middle != 0) {
      next_.emplace(key(middle, word), added);
    } else {
      if (word >= first_.size()) first_.resize(std::size_t{word} + 1, kNone);
      first_[word] = added;
    }
    return added;
  }

  // The sequence without its last word.
  std::uint32_t before(std::uint32_t middle) const { return nodes_[middle].before; }

  std::vector<std::uint32_t> words(std::uint32_t middle) const {
    std::vector<std::uint32_t> found;
    for (; middle != 0; middle = nodes_[middle].before) found.push_back(nodes_[middle].word);
    std::reverse(found.begin(), found.end());
    return found;
  }

 private:
  struct Node {
    std::uint32_t before, word;
  };
  static std::uint64_t key(std::uint32_t middle, std::uint32_t word) {
    return (static_cast<std::uint64_t>(middle) << 32) | word;
  }
  std::vector<std::uint32_t> first_;  // by word: most sequences are one word
  std::unordered_map<std::uint64_t, std::uint32_t> next_;
  std::vector<Node> nodes_{{0, 0}};
};

}  // namespace embtrain::phrases
