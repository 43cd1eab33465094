// text/encoder.h: text to ids. The result must not depend on how the text is cut into chunks, and must be
// that of a slow splitter.
#include "text/encoder.h"

#include <map>

#include "input.h"
#include "text/lines.h"
#include "text/remap.h"

namespace {

using embtrain::Counted;
using embtrain::kDropped;
using embtrain::text::Encoder;
using embtrain::text::Mode;

struct Encoded {
  std::vector<std::uint32_t> ids, lengths;
  embtrain::text::Counters counters;
  Counted counted;
};

Encoded encode(Encoder &encoder, std::string_view text, const std::vector<std::size_t> &cuts,
               std::uint64_t min_count) {
  Encoded result;
  const auto take = [&result, &encoder] {
    for (const std::uint32_t id : encoder.take_ids()) result.ids.push_back(id);
    for (const std::uint32_t length : encoder.take_lengths()) result.lengths.push_back(length);
  };
  std::size_t start = 0;
  for (const std::size_t cut : cuts) {
    if (cut < start || cut > text.size()) continue;
    const fuzz::Block chunk(text.substr(start, cut - start));
    encoder.feed(chunk.data(), chunk.size);
    take();
    start = cut;
  }
  const fuzz::Block chunk(text.substr(start));
  encoder.feed(chunk.data(), chunk.size);
  encoder.end_input();
  take();
  result.counters = encoder.counters();
  result.counted = encoder.finish(min_count);
  return result;
}

// The words of a text, and the sentences they are in, found byte by byte.
std::vector<std::vector<std::string>> split(std::string_view text, std::size_t max_token,
                                            std::size_t max_sentence) {
  std::vector<std::vector<std::string>> sentences(1);
  if (text.substr(0, 3) == "\xEF\xBB\xBF") text.remove_prefix(3);
  std::string word;
  const auto end_word = [&] {
    if (!word.empty() && word.size() <= max_token) {
      if (sentences.back().size() == max_sentence) sentences.emplace_back();
      sentences.back().push_back(word);
    }
    word.clear();
  };
  for (const char byte : text) {
    if (!embtrain::text::is_white(static_cast<std::uint8_t>(byte))) {
      word += byte;
      continue;
    }
    end_word();
    if (byte == '\n' && !sentences.back().empty()) sentences.emplace_back();
  }
  end_word();
  if (sentences.back().empty()) sentences.pop_back();
  return sentences;
}

void check_counts(const Encoded &encoded, const std::map<std::string, std::int64_t> &counts,
                  std::int64_t min_count) {
  const Counted &counted = encoded.counted;
  std::size_t expected = 0;
  for (const auto &entry : counts) expected += entry.second >= min_count;
  EXPECT(counted.counts.size() == expected && counted.offsets.size() == expected + 1);
  for (std::size_t row = 0; row < expected; ++row) {
    const std::string word(counted.arena.begin() + counted.offsets[row],
                           counted.arena.begin() + counted.offsets[row + 1]);
    EXPECT(counts.at(word) == counted.counts[row]);
    EXPECT(row == 0 || counted.counts[row - 1] >= counted.counts[row]);
  }
}

// Ids in order of first appearance, checked against the slow splitter; then mapped to rows.
void check_ids(Encoded &encoded, const std::vector<std::vector<std::string>> &sentences,
               std::int64_t min_count) {
  EXPECT(encoded.lengths.size() == sentences.size());
  std::map<std::string, std::uint32_t> ids;
  std::map<std::string, std::int64_t> counts;
  std::vector<std::int64_t> offsets{0};
  std::size_t at = 0;
  for (std::size_t i = 0; i < sentences.size(); ++i) {
    EXPECT(encoded.lengths[i] == sentences[i].size());
    for (const std::string &word : sentences[i]) {
      const auto id = ids.emplace(word, static_cast<std::uint32_t>(ids.size())).first->second;
      EXPECT(at < encoded.ids.size() && encoded.ids[at++] == id);
      ++counts[word];
    }
    offsets.push_back(static_cast<std::int64_t>(at));
  }
  EXPECT(at == encoded.ids.size());
  check_counts(encoded, counts, min_count);
  const auto [kept, kept_sentences] =
      embtrain::text::remap(encoded.ids.data(), encoded.ids.size(), offsets.data(), sentences.size(),
                            encoded.counted.final_ids.data(), encoded.counted.final_ids.size());
  std::int64_t tokens = 0;
  for (const std::int64_t count : encoded.counted.counts) tokens += count;
  EXPECT(static_cast<std::int64_t>(kept) == tokens && kept_sentences <= sentences.size());
  for (std::size_t i = 0; i < kept; ++i) EXPECT(encoded.ids[i] < encoded.counted.counts.size());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::uint64_t max_sentence = 1 + input.below(12), min_count = input.below(3);
  const std::uint64_t max_token = input.flag() ? 65536 : 1 + input.below(40);
  std::vector<std::size_t> cuts;
  for (std::size_t n = input.below(6); n > 0; --n) cuts.push_back(input.byte());
  std::sort(cuts.begin(), cuts.end());
  const std::string_view text = input.rest();
  Encoder whole(max_sentence, max_token, kDropped - 1), pieces(max_sentence, max_token, kDropped - 1);
  Encoded one = encode(whole, text, {}, min_count), other = encode(pieces, text, cuts, min_count);
  EXPECT(one.ids == other.ids && one.lengths == other.lengths);
  EXPECT(one.counted.arena == other.counted.arena && one.counted.final_ids == other.counted.final_ids);
  EXPECT(one.counters.lines == other.counters.lines && one.counters.splits == other.counters.splits);
  EXPECT(one.counters.long_tokens == other.counters.long_tokens && one.counters.boms == other.counters.boms);
  // With the vocabulary just found, the other modes must see the same words.
  Encoder fixed(max_sentence, max_token, kDropped - 1, Mode::kFixed);
  embtrain::text::load_words(fixed.table(), one.counted.arena.data(), one.counted.arena.size(),
                             one.counted.offsets.data(), one.counted.counts.size());
  const Encoded again = encode(fixed, text, cuts, 0);
  EXPECT(again.counters.tokens == one.counters.tokens && again.counters.sentences == one.counters.sentences);
  check_ids(one, split(text, max_token, max_sentence), static_cast<std::int64_t>(min_count));
  EXPECT(again.ids.size() <= one.ids.size());
  EXPECT(std::equal(again.ids.begin(), again.ids.end(), one.ids.begin()));
  return 0;
}
