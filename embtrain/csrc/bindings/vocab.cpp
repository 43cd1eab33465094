// Bindings of the text room that count, sort and select words.
#include <nanobind/nanobind.h>
#include <nanobind/stl/pair.h>

#include <cstdint>
#include <stdexcept>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "text/encoder.h"
#include "text/lines.h"
#include "text/merger.h"
#include "text/selection.h"
#include "text/tally.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;
using namespace embtrain::text;

namespace {

using Bytes = In<const std::uint8_t>;
using Offsets = In<const std::int64_t>;

void load(WordTable &table, Bytes arena, Offsets offsets) {
  if (offsets.size() == 0) throw std::invalid_argument("offsets are empty: expected one more than words");
  unlocked([&] { load_words(table, arena.data(), arena.size(), offsets.data(), offsets.size() - 1); });
}

// An encoder with a given vocabulary.
struct FixedEncoder : Encoder {
  FixedEncoder(std::uint64_t max_sentence, Bytes arena, Offsets offsets, std::uint64_t max_token, bool eos)
      : Encoder(max_sentence, max_token, kDropped - 1, Mode::kFixed, eos) {
    load(table(), arena, offsets);
  }

  std::size_t words_seen() const {
    std::size_t seen = 0;
    for (std::size_t row = 0; row < table().types(); ++row) seen += table().count(row) > 0;
    return seen;
  }
};

nb::tuple partition(Tally &tally, unsigned level) {
  if (level >= kLevels) throw std::invalid_argument("levels are 0 to 7");
  Partitions sizes = unlocked([&] { return tally.partition(level); });
  return nb::make_tuple(to_numpy(std::move(sizes.bytes)), to_numpy(std::move(sizes.words)));
}

nb::tuple finish(Tally &tally) {
  Counted counted = unlocked([&] { return tally.finish(); });
  return nb::make_tuple(to_numpy(std::move(counted.arena)), to_numpy(std::move(counted.offsets)),
                        to_numpy(std::move(counted.counts)));
}

nb::dict tally_counters(const Tally &tally) {
  nb::dict result;
  result["bytes"] = tally.counters().bytes;
  result["lines"] = tally.counters().lines;
  result["tokens"] = tally.counters().tokens;
  result["long_tokens"] = tally.counters().long_tokens;
  result["boms"] = tally.counters().boms;
  return result;
}

nb::dict selection_counters(const Selection &selection) {
  nb::dict result;
  const auto put = [&result](const char *name, const Amount &amount) {
    result[name] = nb::make_tuple(amount.words, amount.tokens);
  };
  put("kept", selection.kept);
  put("rare", selection.rare);
  put("crowded_out", selection.crowded_out);
  put("stop_words", selection.stop_words);
  return result;
}

Array<std::uint64_t> counts_of_lines(Bytes block, std::uint64_t first) {
  return to_numpy(unlocked([&] {
    std::vector<std::uint64_t> counts;
    each_line(block.data(), block.size(), first,
              [&](const Line &line, std::uint64_t) { counts.push_back(line.count); });
    return counts;
  }));
}

void bind_tally(nb::module_ &m) {
  nb::class_<Tally>(m, "Tally", "Counts words and returns them as lines 'word count'. Not thread-safe.")
      .def(nb::init<std::uint64_t, bool>(), "max_token"_a = 65536, "eos"_a = false)
      .def(
          "feed",
          [](Tally &tally, Bytes chunk) { unlocked([&] { tally.feed(chunk.data(), chunk.size()); }); },
          "chunk"_a.noconvert(), "Counts the words of the next bytes of the current input.")
      .def("end_input", &Tally::end_input, "Ends the current input and with it its last word.")
      .def(
          "add_lines",
          [](Tally &tally, Bytes block, std::uint64_t first, bool once) {
            return unlocked([&] { return tally.add_lines(block.data(), block.size(), first, once); });
          },
          "block"_a.noconvert(), "first"_a = 1, "once"_a = false,
          "Adds the counts of whole lines, numbered from `first`; returns their number. `once` refuses "
          "duplicate words. Raises ValueError for a line that cannot be read.")
      .def("types", &Tally::types, "Different words in the table.")
      .def("memory", &Tally::memory, "types"_a, "bytes"_a,
           "Memory in bytes after adding `types` more words of `bytes` bytes in total.")
      .def("counters", &tally_counters, "Counts of the text read so far, by name.")
      .def("partition", &partition, "level"_a,
           "Orders the words in 256 partitions by hash. Returns bytes of lines and words of each, int64 "
           "[256].")
      .def(
          "sort", [](Tally &tally) { unlocked([&] { tally.sort(); }); },
          "Orders the words by count, highest first, then by their bytes.")
      .def(
          "take",
          [](Tally &tally, std::size_t max_bytes) {
            return to_numpy(unlocked([&] { return tally.take(max_bytes); }));
          },
          "max_bytes"_a, "The next lines, uint8; empty at the end, when the table is empty too.")
      .def("finish", &finish,
           "Frees the table. Returns arena uint8, offsets int64 and counts int64 of all words, in order.");
}

void bind_selection(nb::module_ &m) {
  nb::class_<Selection>(m, "Selection", "Selects the words to keep from a vocabulary given in order.")
      .def(nb::init<std::uint64_t, std::uint64_t>(), "min_count"_a, "max_words"_a)
      .def(
          "keep", [](Selection &to, Bytes arena, Offsets offsets) { load(to.listed(), arena, offsets); },
          "arena"_a.noconvert(), "offsets"_a.noconvert(), "Words to keep whatever their count.")
      .def(
          "stop", [](Selection &to, Bytes arena, Offsets offsets) { load(to.stopped(), arena, offsets); },
          "arena"_a.noconvert(), "offsets"_a.noconvert(),
          "Words to leave out unless they are also listed to keep.")
      .def(
          "filter",
          [](Selection &selection, Bytes block) {
            return to_numpy(unlocked([&] { return selection.filter(block.data(), block.size()); }));
          },
          "block"_a.noconvert(), "Returns the lines to keep, uint8, from a block of whole lines.")
      .def("counters", &selection_counters, "(words, tokens) kept and left out, by reason.");
}

}  // namespace

void bind_vocab(nb::module_ &m) {
  nb::class_<FixedEncoder, Encoder>(
      m, "FixedTextEncoder",
      "Encodes the words of a given vocabulary by row and drops all others. Not thread-safe.")
      .def(nb::init<std::uint64_t, Bytes, Offsets, std::uint64_t, bool>(), "max_sentence"_a,
           "arena"_a.noconvert(), "offsets"_a.noconvert(), "max_token"_a = 65536, "eos"_a = false)
      .def("words_seen", &FixedEncoder::words_seen, "Words of the vocabulary that occurred.");
  bind_tally(m);
  nb::class_<Merger>(m, "Merger", "Merges sorted runs of lines 'word count' whose words differ.")
      .def(nb::init<std::size_t>(), "runs"_a)
      .def("hungry", &Merger::hungry, "The run whose next block is needed, -1 for none.")
      .def(
          "feed",
          [](Merger &merger, std::size_t run, Bytes block) { merger.feed(run, block.data(), block.size()); },
          "run"_a, "block"_a.noconvert(), "The next whole lines of the hungry run; empty at its end.")
      .def(
          "take",
          [](Merger &merger, std::size_t max_bytes) {
            return to_numpy(unlocked([&] { return merger.take(max_bytes); }));
          },
          "max_bytes"_a, "The next lines, uint8, fewer where a run becomes hungry.");
  bind_selection(m);
  m.def("counts_of_lines", &counts_of_lines, "block"_a.noconvert(), "first"_a = 1,
        "The counts, uint64, of whole lines 'word count' numbered from `first`. Raises ValueError for a line "
        "that cannot be read.");
}
