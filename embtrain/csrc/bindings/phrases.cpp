// Bindings of the phrases room.
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "phrases/counter.h"
#include "phrases/joined_ids.h"
#include "phrases/text_joiner.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;
using namespace embtrain::phrases;

namespace {

using Bytes = In<const std::uint8_t>;
using Offsets = In<const std::int64_t>;
using Ids = In<const std::uint32_t>;

Sentences sentences_of(const Ids &ids, const Offsets &offsets) {
  const std::int64_t *data = offsets.data();
  const std::size_t n = offsets.size();
  if (n == 0 || data[0] != 0 || data[n - 1] != static_cast<std::int64_t>(ids.size()))
    throw std::invalid_argument("sentences must be offsets from 0 to the number of ids");
  for (std::size_t k = 1; k < n; ++k)
    if (data[k] < data[k - 1]) throw std::invalid_argument("the offsets of sentences decrease");
  return {ids.data(), data, n - 1};
}

// The words of phrases, without what they become.
PhraseList phrases_of(const Offsets &offsets, const Ids &ids) {
  if (offsets.size() == 0) throw std::invalid_argument("offsets of phrases are empty");
  const auto n_ids = static_cast<std::int64_t>(ids.size());
  for (std::size_t i = 0; i < offsets.size(); ++i)
    if (offsets.data()[i] < 0 || offsets.data()[i] > n_ids ||
        (i > 0 && offsets.data()[i] < offsets.data()[i - 1]))
      throw std::invalid_argument("the offsets of phrases leave their ids");
  return {offsets.data(), ids.data(), ids.size(), nullptr, offsets.size() - 1};
}

PhraseList phrases_of(const Offsets &offsets, const Ids &ids, const Ids &targets) {
  PhraseList phrases = phrases_of(offsets, ids);
  if (targets.size() != phrases.n_phrases)
    throw std::invalid_argument("there must be a target of each phrase");
  phrases.targets = targets.data();
  return phrases;
}

// The arrays that a counter reads, kept alive beside it.
struct BoundCounter {
  BoundCounter(Bytes arena, Offsets offsets, Offsets counts, Bytes connectors, const std::string &delimiter,
               std::uint64_t tokens, std::size_t memory, int threads)
      : kept_arena(arena),
        kept_connectors(connectors),
        kept_offsets(offsets),
        kept_counts(counts),
        counter(checked(arena, offsets, counts, connectors, threads), counts.data(), connectors.data(),
                delimiter, tokens, memory, threads) {}

  static WordList checked(const Bytes &arena, const Offsets &offsets, const Offsets &counts,
                          const Bytes &connectors, int threads) {
    const WordList words = words_of(arena, offsets);
    if (counts.size() != words.n_words || connectors.size() != words.n_words)
      throw std::invalid_argument("there must be a count and a mark of each word");
    if (threads < 1) throw std::invalid_argument("threads must be at least 1");
    return words;
  }

  Bytes kept_arena, kept_connectors;
  Offsets kept_offsets, kept_counts;
  Counter counter;
};

void add(BoundCounter &bound, const Ids &ids, const Offsets &offsets) {
  const Sentences sentences = sentences_of(ids, offsets);
  unlocked([&] { bound.counter.add(sentences.ids, sentences.offsets, sentences.n); });
}

nb::tuple end(BoundCounter &bound, std::uint64_t least) {
  Pairs pairs = unlocked([&] { return bound.counter.end(least); });
  return nb::make_tuple(to_numpy(std::move(pairs.left)), to_numpy(std::move(pairs.middle)),
                        to_numpy(std::move(pairs.right)), to_numpy(std::move(pairs.counts)));
}

// The words of phrases one after another, and where each phrase begins.
nb::tuple words_of_pairs(const BoundCounter &bound, const Ids &left, const Ids &middle, const Ids &right) {
  if (left.size() != middle.size() || left.size() != right.size())
    throw std::invalid_argument("left, middle and right must have the same length");
  std::vector<std::int64_t> offsets{0};
  std::vector<std::uint32_t> ids;
  for (std::size_t i = 0; i < left.size(); ++i) {
    if (middle.data()[i] >= bound.counter.middles().size())
      throw std::out_of_range("there is no such middle");
    ids.push_back(left.data()[i]);
    const std::vector<std::uint32_t> inside = bound.counter.middles().words(middle.data()[i]);
    ids.insert(ids.end(), inside.begin(), inside.end());
    ids.push_back(right.data()[i]);
    offsets.push_back(static_cast<std::int64_t>(ids.size()));
  }
  return nb::make_tuple(to_numpy(std::move(offsets)), to_numpy(std::move(ids)));
}

nb::tuple join_ids_of(const PhraseTable &table, const Ids &ids, const Offsets &offsets,
                      In<std::int64_t> counts) {
  const Sentences sentences = sentences_of(ids, offsets);
  Joined joined = unlocked([&] { return join_ids(table, sentences, counts.data(), counts.size()); });
  return nb::make_tuple(to_numpy(std::move(joined.ids)), to_numpy(std::move(joined.lengths)));
}

nb::list join_text_of(const PhraseTable &table, const Ids &ids, const Offsets &offsets, const Bytes &arena,
                      const Offsets &word_offsets, int threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
  const Sentences sentences = sentences_of(ids, offsets);
  const WordList words = words_of(arena, word_offsets);
  auto texts = unlocked([&] { return join_text(table, sentences, words, threads); });
  nb::list found;
  for (auto &text : texts) found.append(to_numpy(std::move(text)));
  return found;
}

nb::tuple spelt(const Offsets &offsets, const Ids &ids, const Bytes &arena, const Offsets &word_offsets,
                const nb::bytes &delimiter) {
  const PhraseList phrases = phrases_of(offsets, ids);
  const WordList words = words_of(arena, word_offsets);
  auto spelt_out =
      spell(phrases, words, reinterpret_cast<const std::uint8_t *>(delimiter.c_str()), delimiter.size());
  return nb::make_tuple(to_numpy(std::move(spelt_out.first)), to_numpy(std::move(spelt_out.second)));
}

}  // namespace

void bind_phrases(nb::module_ &m) {
  nb::class_<BoundCounter>(m, "PhraseCounter", "Counts the pairs of words that could be phrases.")
      .def(
          "__init__",
          [](BoundCounter *place, Bytes arena, Offsets offsets, Offsets counts, Bytes connectors,
             const nb::bytes &delimiter, std::uint64_t tokens, std::size_t memory, int threads) {
            new (place)
                BoundCounter(arena, offsets, counts, connectors,
                             std::string(delimiter.c_str(), delimiter.size()), tokens, memory, threads);
          },
          "arena"_a.noconvert(), "offsets"_a.noconvert(), "counts"_a.noconvert(), "connectors"_a.noconvert(),
          "delimiter"_a, "tokens"_a, "memory"_a, "threads"_a)
      .def(
          "begin", [](BoundCounter &bound) { return unlocked([&] { return bound.counter.begin(); }); },
          "Begins the next pass over the text; False if all is counted.")
      .def("add", &add, "ids"_a.noconvert(), "sentences"_a.noconvert(),
           "Counts in the next sentences: uint32 [tokens] and int64 [sentences + 1].")
      .def("end", &end, "least"_a,
           "Ends the pass. Returns left, middle and right, uint32, and counts, int64, of the pairs that "
           "occur at least `least` times in it.")
      .def(
          "different", [](const BoundCounter &bound) { return bound.counter.different(); },
          "Different joined texts, in the passes that have ended, that are no words of the text.")
      .def(
          "shared",
          [](const BoundCounter &bound) {
            return nb::make_tuple(to_numpy(std::vector<std::uint32_t>(bound.counter.shared_words())),
                                  to_numpy(std::vector<std::int64_t>(bound.counter.shared_counts())));
          },
          "Words that are also written like a phrase, uint32, and how often either occurs, int64.")
      .def(
          "done", [](const BoundCounter &bound) { return bound.counter.done(); },
          "The part of all pairs that have been counted, from 0 to 1.")
      .def("words", &words_of_pairs, "left"_a.noconvert(), "middle"_a.noconvert(), "right"_a.noconvert(),
           "The ids of the words of pairs: offsets, int64 [n + 1], and ids, uint32.");
  nb::class_<PhraseTable>(m, "PhraseTable", "The phrases of one pass.")
      .def(
          "__init__",
          [](PhraseTable *place, const Offsets &offsets, const Ids &ids, const Ids &targets) {
            new (place) PhraseTable(phrases_of(offsets, ids, targets));
          },
          "offsets"_a.noconvert(), "ids"_a.noconvert(), "targets"_a.noconvert())
      .def("join_ids", &join_ids_of, "ids"_a.noconvert(), "sentences"_a.noconvert(), "counts"_a.noconvert(),
           "Joins phrases; returns ids and lengths of sentences, uint32, and adds to the counts of words, "
           "int64 [words].")
      .def("join_text", &join_text_of, "ids"_a.noconvert(), "sentences"_a.noconvert(), "arena"_a.noconvert(),
           "offsets"_a.noconvert(), "threads"_a,
           "Joins phrases and writes the text, a line for each sentence; returns its parts, uint8.");
  m.def("spell_phrases", &spelt, "phrases"_a.noconvert(), "ids"_a.noconvert(), "arena"_a.noconvert(),
        "offsets"_a.noconvert(), "delimiter"_a,
        "The words of each phrase with the delimiter between them: arena and offsets.");
  nb::class_<TextJoiner>(m, "TextJoiner", "Joins phrases in a stream of text. Not thread-safe.")
      .def(
          "__init__",
          [](TextJoiner *place, const Bytes &arena, const Offsets &offsets, std::uint64_t max_sentence,
             std::uint64_t max_token) {
            new (place) TextJoiner(words_of(arena, offsets), max_sentence, max_token);
          },
          "arena"_a.noconvert(), "offsets"_a.noconvert(), "max_sentence"_a, "max_token"_a = 65536)
      .def(
          "add_pass",
          [](TextJoiner &joiner, const Offsets &offsets, const Ids &ids, const Ids &targets) {
            joiner.add_pass(phrases_of(offsets, ids, targets));
          },
          "offsets"_a.noconvert(), "ids"_a.noconvert(), "targets"_a.noconvert(),
          "Adds phrases to join in the text that all passes before have joined.")
      .def(
          "feed",
          [](TextJoiner &joiner, const Bytes &chunk) {
            return to_numpy(unlocked([&] {
              joiner.feed(chunk.data(), chunk.size());
              return joiner.take();
            }));
          },
          "chunk"_a.noconvert(), "Takes the next bytes of an input; returns the joined text, uint8.")
      .def(
          "end_input",
          [](TextJoiner &joiner) {
            joiner.end_input();
            return to_numpy(joiner.take());
          },
          "Ends the current input; returns the rest of its joined text, uint8.")
      .def(
          "counters", [](const TextJoiner &joiner) { return counters_of(joiner.counters()); },
          "Counts of what was read so far, by name.");
}
