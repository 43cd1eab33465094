// Bindings of the text room.
#include <nanobind/stl/pair.h>

#include <stdexcept>
#include <utility>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "duplicates/duplicate_filter.h"
#include "text/encoder.h"
#include "text/remap.h"
#include "text/segment.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;
using namespace embtrain::duplicates;
using namespace embtrain::text;

namespace {

void feed(Encoder &encoder, In<const std::uint8_t> chunk) {
  const std::uint8_t *data = chunk.data();
  const std::size_t size = chunk.size();
  nb::gil_scoped_release release;
  encoder.feed(data, size);
}

nb::tuple finish(Encoder &encoder, std::uint64_t min_count) {
  Counted counted;
  {
    nb::gil_scoped_release release;
    counted = encoder.finish(min_count);
  }
  return nb::make_tuple(to_numpy(std::move(counted.arena)), to_numpy(std::move(counted.offsets)),
                        to_numpy(std::move(counted.counts)), to_numpy(std::move(counted.final_ids)));
}

nb::dict counters(const Encoder &encoder) {
  nb::dict result = counters_of(encoder.counters());
  result["types"] = encoder.types();
  return result;
}

std::pair<std::size_t, std::size_t> remap_block(In<std::uint32_t> ids, In<std::int64_t> sentences,
                                                In<const std::uint32_t> final_ids) {
  if (sentences.size() == 0)
    throw std::invalid_argument("sentences are empty: expected offsets from 0 to the end");
  nb::gil_scoped_release release;
  return remap(ids.data(), ids.size(), sentences.data(), sentences.size() - 1, final_ids.data(),
               final_ids.size());
}

nb::dict line_counters(const DuplicateFilter &filter) {
  const LineCounters &now = filter.counters();
  nb::dict result;
  result["lines"] = now.lines;
  result["words"] = now.words;
  result["duplicate_lines"] = now.duplicate_lines;
  result["duplicate_words"] = now.duplicate_words;
  result["long_lines"] = now.long_lines;
  return result;
}

void bind_duplicates(nb::module_ &m) {
  nb::class_<DuplicateFilter>(m, "DuplicateFilter",
                              "Leaves out lines with the words of an earlier line, which it knows by 128 "
                              "bits of hash. Not thread-safe.")
      .def(nb::init<std::size_t, std::size_t>(), "limit"_a, "longest"_a = std::size_t{1} << 24)
      .def(
          "feed",
          [](DuplicateFilter &filter, In<const std::uint8_t> chunk) {
            return to_numpy(unlocked([&] { return filter.feed(chunk.data(), chunk.size()); }));
          },
          "chunk"_a.noconvert(),
          "Takes the next bytes of the current input; returns what is certain to stay, uint8. Raises "
          "ValueError where the hashes need more than `limit` bytes.")
      .def(
          "end_input",
          [](DuplicateFilter &filter) { return to_numpy(unlocked([&] { return filter.end_input(); })); },
          "Ends the current input; returns its last line, uint8, if that stays.")
      .def("counters", &line_counters, "Counts of what was read so far, by name.")
      .def("memory", &DuplicateFilter::memory, "Bytes of the hashes.");
}

nb::tuple split(const Segmenter &segmenter, In<const std::uint8_t> text,
                Segmented (Segmenter::*rules)(const std::uint8_t *, std::size_t) const) {
  Segmented kept;
  {
    nb::gil_scoped_release release;
    kept = (segmenter.*rules)(text.data(), text.size());
  }
  return nb::make_tuple(nb::bytes(kept.text.get(), kept.size), kept.dropped, kept.bad_bytes);
}

}  // namespace

nb::dict counters_of(const Counters &now) {
  nb::dict result;
  result["bytes"] = now.bytes;
  result["lines"] = now.lines;
  result["tokens"] = now.tokens;
  result["sentences"] = now.sentences;
  result["splits"] = now.splits;
  result["long_tokens"] = now.long_tokens;
  result["boms"] = now.boms;
  return result;
}

void bind_text(nb::module_ &m) {
  bind_duplicates(m);
  nb::class_<Encoder>(
      m, "TextEncoder",
      "Counts the words of a text and encodes them by order of first appearance. Not thread-safe.")
      .def(
          "__init__",
          [](Encoder *place, std::uint64_t max_sentence, std::uint64_t max_token, std::uint32_t max_types,
             bool eos) { new (place) Encoder(max_sentence, max_token, max_types, Mode::kEncode, eos); },
          "max_sentence"_a, "max_token"_a = 65536, "max_types"_a = kDropped - 1, "eos"_a = false)
      .def("feed", &feed, "chunk"_a.noconvert(), "Takes the next bytes of the current input.")
      .def("end_input", &Encoder::end_input, "Ends the current input and with it its last word and sentence.")
      .def(
          "take_ids", [](Encoder &encoder) { return to_numpy(encoder.take_ids()); },
          "Provisional ids, uint32, encoded since the last call.")
      .def(
          "take_lengths", [](Encoder &encoder) { return to_numpy(encoder.take_lengths()); },
          "Tokens of each sentence, uint32, that ended since the last call.")
      .def("counters", &counters, "Counts of what was read so far, by name.")
      .def(
          "finish", &finish, "min_count"_a,
          "Ends the input and frees the table. Returns arena uint8, offsets int64, counts int64 of the words "
          "counted at least min_count times, and the final id, uint32, of each provisional id.");
  m.def("remap", &remap_block, "ids"_a.noconvert(), "sentences"_a.noconvert(), "final_ids"_a.noconvert(),
        "Maps ids in place, drops those without a final id and the sentences left empty. Returns (ids, "
        "sentences) left.");
  nb::class_<Segmenter>(m, "Segmenter", "Words and grapheme clusters of UTF-8 text by UAX #29.")
      .def(
          "__init__",
          [](Segmenter *self, In<const std::uint32_t> starts, In<const std::uint16_t> properties) {
            if (starts.size() != properties.size())
              throw std::invalid_argument("starts and properties must have the same length");
            new (self) Segmenter(starts.data(), properties.data(), starts.size());
          },
          "starts"_a.noconvert(), "properties"_a.noconvert())
      .def(
          "words",
          [](const Segmenter &self, In<const std::uint8_t> text) {
            return split(self, text, &Segmenter::words);
          },
          "text"_a.noconvert(),
          "Words with a letter, number or emoji, a space after each, newlines kept; returns (bytes, segments "
          "dropped that are not white space, bytes that are not UTF-8).")
      .def(
          "clusters",
          [](const Segmenter &self, In<const std::uint8_t> text) {
            return split(self, text, &Segmenter::clusters);
          },
          "text"_a.noconvert(),
          "Grapheme clusters that are not white space or control characters; returns the same as `words`.");
}
