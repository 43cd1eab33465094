// phrases/counter.h against a map of joined texts, and phrases/text_joiner.h against joining line by line.
#include <map>
#include <set>

#include "input.h"
#include "phrases/counter.h"
#include "phrases/joined_ids.h"
#include "phrases/text_joiner.h"

namespace {

using namespace embtrain;
using namespace embtrain::phrases;

// Some contain the delimiter, so that different ones are written alike when they are joined.
const std::vector<std::string> kWords = {"a",   "b",     "c", "of",     "to",  "a_b",
                                         "b_c", "of_to", "_", "a_of_b", "\xff"};

struct Text {
  std::vector<std::uint32_t> ids;
  std::vector<std::int64_t> ends{0}, counts = std::vector<std::int64_t>(kWords.size());
  std::string bytes;

  explicit Text(std::string_view from) {
    for (const char byte : from) {
      const auto choice = static_cast<std::uint8_t>(byte) % (kWords.size() + 1);
      if (choice == kWords.size()) {
        end_line();
        continue;
      }
      ids.push_back(static_cast<std::uint32_t>(choice));
      ++counts[choice];
      bytes += kWords[choice] + ' ';
    }
    end_line();
  }
  void end_line() {
    if (ends.back() != static_cast<std::int64_t>(ids.size()))
      ends.push_back(static_cast<std::int64_t>(ids.size()));
    bytes += '\n';
  }
  std::size_t lines() const { return ends.size() - 1; }
};

using Phrase = std::vector<std::uint32_t>;

std::string spelt(const Phrase &phrase) {
  std::string text;
  for (const std::uint32_t id : phrase) text += (text.empty() ? "" : "_") + kWords[id];
  return text;
}

// All places where a phrase could be: two words, with nothing but connector words between them.
std::vector<Phrase> candidates(const Text &text, const std::vector<std::uint8_t> &connectors) {
  std::vector<Phrase> found;
  for (std::size_t k = 0; k < text.lines(); ++k) {
    Phrase open;
    for (std::int64_t i = text.ends[k]; i < text.ends[k + 1]; ++i) {
      const std::uint32_t id = text.ids[i];
      if (open.empty() && connectors[id]) continue;
      open.push_back(id);
      if (connectors[id]) continue;
      if (open.size() > 1) found.push_back(open);
      open = {id};
    }
  }
  return found;
}

void check_counts(const WordList &words, const Text &text, const std::vector<std::uint8_t> &connectors,
                  int threads) {
  std::map<std::string, std::int64_t> expected;
  for (std::uint32_t id = 0; id < kWords.size(); ++id)
    if (!connectors[id] && text.counts[id]) expected[kWords[id]] += text.counts[id];
  const std::size_t n_words = expected.size();
  for (const Phrase &phrase : candidates(text, connectors)) ++expected[spelt(phrase)];
  Counter counter(words, text.counts.data(), connectors.data(), "_", text.ids.size(), 1, threads);
  while (counter.begin()) {
    counter.add(text.ids.data(), text.ends.data(), text.lines());
    const Pairs found = counter.end(1);
    for (std::size_t i = 0; i < found.left.size(); ++i) {
      Phrase phrase = counter.middles().words(found.middle[i]);
      phrase.insert(phrase.begin(), found.left[i]);
      phrase.push_back(found.right[i]);
      EXPECT(expected.at(spelt(phrase)) == found.counts[i]);
    }
  }
  EXPECT(n_words + static_cast<std::size_t>(counter.different()) == expected.size());
  for (std::size_t i = 0; i < counter.shared_words().size(); ++i)
    EXPECT(expected.at(kWords[counter.shared_words()[i]]) == counter.shared_counts()[i]);
}

// Joins the phrases of some candidates, each of which becomes its first word, in a text cut anywhere.
void check_joining(fuzz::Input &input, const WordList &words, const Text &text,
                   const std::vector<std::uint8_t> &connectors) {
  std::set<Phrase> chosen;
  for (const Phrase &phrase : candidates(text, connectors))
    if (input.flag()) chosen.insert(phrase);
  std::vector<std::int64_t> offsets{0};
  std::vector<std::uint32_t> ids, targets;
  for (const Phrase &phrase : chosen) {
    ids.insert(ids.end(), phrase.begin(), phrase.end());
    offsets.push_back(static_cast<std::int64_t>(ids.size()));
    targets.push_back(phrase.front());
  }
  const PhraseList list{offsets.data(), ids.data(), ids.size(), targets.data(), targets.size()};
  const PhraseTable table(list);
  std::string whole;
  for (const auto &part : join_text(table, {text.ids.data(), text.ends.data(), text.lines()}, words, 1))
    whole.append(part.begin(), part.end());
  TextJoiner joiner(words, 1 << 20, 1 << 16);
  joiner.add_pass(list);
  std::string streamed;
  const auto take = [&] {
    const std::vector<std::uint8_t> part = joiner.take();
    streamed.append(part.begin(), part.end());
  };
  for (std::size_t start = 0; start < text.bytes.size();) {
    const std::size_t size = std::min<std::size_t>(1 + input.byte(), text.bytes.size() - start);
    const fuzz::Block block(std::string_view(text.bytes).substr(start, size));
    joiner.feed(block.data(), block.size);
    take();
    start += size;
  }
  joiner.end_input();
  take();
  EXPECT(streamed == whole);
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  std::string arena;
  std::vector<std::int64_t> offsets{0};
  for (const std::string &word : kWords) {
    arena += word;
    offsets.push_back(static_cast<std::int64_t>(arena.size()));
  }
  const fuzz::Block block{arena};
  const WordList words{block.data(), block.size, offsets.data(), kWords.size()};
  std::vector<std::uint8_t> connectors(kWords.size());
  if (input.flag()) connectors[3] = connectors[4] = connectors[7] = 1;
  const int threads = 1 + static_cast<int>(input.below(32) == 0);
  const std::string_view arguments = input.take(64);
  const Text text(input.rest());
  check_counts(words, text, connectors, threads);
  fuzz::Input more(reinterpret_cast<const std::uint8_t *>(arguments.data()), arguments.size());
  check_joining(more, words, text, connectors);
  return 0;
}
