#include "phrases/joined_ids.h"

#include <algorithm>
#include <stdexcept>
#include <string>

#include "phrases/joiner.h"
#include "phrases/text_writer.h"
#include "threads/workers.h"

namespace embtrain::phrases {
namespace {

void require(std::uint32_t id, std::size_t n_words) {
  if (id >= n_words) throw std::out_of_range("id " + std::to_string(id) + " is out of range");
}

}  // namespace

Joined join_ids(const PhraseTable &table, const Sentences &sentences, std::int64_t *counts,
                std::size_t n_words) {
  Joined joined;
  joined.ids.reserve(static_cast<std::size_t>(sentences.offsets[sentences.n] - sentences.offsets[0]));
  joined.lengths.reserve(sentences.n);
  Joiner joiner(table);
  const auto emit = [&](std::uint32_t id) {
    require(id, n_words);
    ++counts[id];
    joined.ids.push_back(id);
  };
  for (std::size_t k = 0; k < sentences.n; ++k) {
    const std::size_t before = joined.ids.size();
    for (std::int64_t i = sentences.offsets[k]; i < sentences.offsets[k + 1]; ++i)
      joiner.push(sentences.ids[i], emit);
    joiner.end(emit);
    joined.lengths.push_back(static_cast<std::uint32_t>(joined.ids.size() - before));
  }
  return joined;
}

std::vector<std::vector<std::uint8_t>> join_text(const PhraseTable &table, const Sentences &sentences,
                                                 const WordList &words, int threads) {
  const auto n_parts = static_cast<std::size_t>(threads);
  const std::int64_t first = sentences.offsets[0], n_ids = sentences.offsets[sentences.n] - first;
  // Each thread takes sentences with about as many words as the others.
  const auto begin_of = [&](std::size_t part) {
    const std::int64_t place = first + n_ids * static_cast<std::int64_t>(part) / threads;
    return static_cast<std::size_t>(
        std::lower_bound(sentences.offsets, sentences.offsets + sentences.n, place) - sentences.offsets);
  };
  std::vector<std::vector<std::uint8_t>> texts(n_parts);
  run_workers(threads, n_parts, [&](std::size_t part) {
    Joiner joiner(table);
    TextWriter writer;
    const auto emit = [&](std::uint32_t id) {
      require(id, words.n_words);
      const Span span = word(words, id);
      writer.write(span.data, span.size, words.n_bytes - static_cast<std::size_t>(words.offsets[id]));
    };
    const std::size_t end = part + 1 == n_parts ? sentences.n : begin_of(part + 1);
    for (std::size_t k = begin_of(part); k < end; ++k) {
      for (std::int64_t i = sentences.offsets[k]; i < sentences.offsets[k + 1]; ++i)
        joiner.push(sentences.ids[i], emit);
      joiner.end(emit);
      writer.end_line();
    }
    texts[part] = writer.take();
  });
  return texts;
}

std::pair<std::vector<std::uint8_t>, std::vector<std::int64_t>> spell(const PhraseList &phrases,
                                                                      const WordList &words,
                                                                      const std::uint8_t *delimiter,
                                                                      std::size_t size) {
  std::vector<std::uint8_t> arena;
  std::vector<std::int64_t> offsets{0};
  offsets.reserve(phrases.n_phrases + 1);
  for (std::size_t i = 0; i < phrases.n_phrases; ++i) {
    for (std::int64_t k = phrases.offsets[i]; k < phrases.offsets[i + 1]; ++k) {
      require(phrases.ids[k], words.n_words);
      const Span span = word(words, phrases.ids[k]);
      if (k > phrases.offsets[i]) arena.insert(arena.end(), delimiter, delimiter + size);
      arena.insert(arena.end(), span.data, span.data + span.size);
    }
    offsets.push_back(static_cast<std::int64_t>(arena.size()));
  }
  return {std::move(arena), std::move(offsets)};
}

}  // namespace embtrain::phrases
