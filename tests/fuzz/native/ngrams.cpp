// ngrams/ngrams.h: n-grams of words that may not be UTF-8, with offsets that may be wrong.
#include "ngrams/ngrams.h"

#include "input.h"

namespace {

using embtrain::WordList;
using embtrain::ngrams::Index;
using embtrain::ngrams::Kind;
using embtrain::ngrams::Settings;

constexpr Kind kKinds[] = {Kind::kFasttext, Kind::kFloret, Kind::kFinalfusion, Kind::kExplicit};
constexpr std::size_t kDim = 3;

// Rows of words one by one, all at once, and added up.
void check(const Index &index, const fuzz::Words &words, const WordList &list, std::size_t n_rows) {
  std::vector<std::int64_t> one;
  std::vector<std::size_t> ends;
  for (std::size_t i = 0; i < words.n_words(); ++i) {
    index.rows(words.word(i), one);
    ends.push_back(one.size());
  }
  const bool in_table = std::all_of(one.begin(), one.end(), [n_rows](std::int64_t row) {
    return row >= 0 && static_cast<std::uint64_t>(row) < n_rows;
  });
  const std::vector<float> table(n_rows * kDim, 1);
  const fuzz::Block bytes({reinterpret_cast<const char *>(table.data()), table.size() * sizeof(float)});
  std::vector<float> out(words.n_words() * kDim);
  std::vector<std::int64_t> counts(words.n_words());
  EXPECT(fuzz::refuses([&] { index.sum(list, {bytes.data(), n_rows, kDim}, out.data(), counts.data()); }) !=
         in_table);
  if (!in_table) return;
  for (std::size_t i = 0; i < words.n_words(); ++i) {
    const std::size_t n = ends[i] - (i ? ends[i - 1] : 0);
    EXPECT(static_cast<std::size_t>(counts[i]) >= n && out[i * kDim] == static_cast<float>(n));
  }
}

void check_bags(const Index &index, const fuzz::Words &words, const WordList &list) {
  std::vector<std::int64_t> one, ends{0};
  std::vector<std::int32_t> rows;
  if (fuzz::refuses([&] { index.bags(list, rows, ends); })) return;
  for (std::size_t i = 0; i < words.n_words(); ++i) index.rows(words.word(i), one);
  EXPECT(std::equal(one.begin(), one.end(), rows.begin(), rows.end()));
  EXPECT(ends.back() == static_cast<std::int64_t>(rows.size()) && ends.size() == words.n_words() + 1);
}

void check_list(const Index &index, const fuzz::Words &words, const WordList &list, std::int64_t least) {
  for (const auto &[ngram, n_words] : index.list(list, least))
    EXPECT(n_words >= least && n_words <= static_cast<std::int64_t>(words.n_words()));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  Settings settings;
  settings.kind = kKinds[input.below(4)];
  settings.min_n = input.below(5);
  settings.max_n = input.number();
  settings.n_buckets = input.number();
  settings.n_hashes = static_cast<std::uint32_t>(input.below(6));
  settings.begin = std::string(input.take(input.below(3)));
  settings.end = std::string(input.take(input.below(3)));
  const bool pruned = input.flag(), counts_absent = input.flag();
  const std::size_t n_rows = input.byte();
  const std::int64_t least = static_cast<std::int64_t>(input.below(4));
  Index index(settings);
  if (pruned) {
    std::vector<std::int64_t> buckets;
    for (std::size_t n = input.below(9); n > 0; --n)
      buckets.push_back((buckets.empty() ? 0 : buckets.back() + 1) + input.byte());
    index.keep(std::move(buckets), counts_absent);
  }
  for (std::size_t n = input.below(5); n > 0; --n)
    index.add(std::string(input.take(input.below(5))), static_cast<std::int64_t>(input.below(200)) - 1);
  const fuzz::Words words(input, 6);
  const WordList list{words.arena.data(), words.arena.size, words.offsets.data(), words.n_words()};
  if (words.valid()) {
    check(index, words, list, n_rows);
    check_bags(index, words, list);
    check_list(index, words, list, least);
    return 0;
  }
  std::vector<std::int32_t> rows;
  std::vector<std::int64_t> ends{0};
  EXPECT(fuzz::refuses([&] { index.bags(list, rows, ends); }));
  EXPECT(fuzz::refuses([&] { index.list(list, least); }));
  return 0;
}
