// words/: indexes, searches and flags of words that may not be UTF-8, with offsets that may be wrong.
#include <map>

#include "input.h"
#include "words/find_words.h"
#include "words/unusual_words.h"
#include "words/word_index.h"

namespace {

using embtrain::WordList;

WordList list_of(const fuzz::Words &words) {
  return {words.arena.data(), words.arena.size, words.offsets.data(), words.n_words()};
}

// Whether bytes are UTF-8, by the table of RFC 3629 (section 4).
bool is_utf8(std::string_view text) {
  const auto in = [&text](std::size_t i, unsigned low, unsigned high) {
    return i < text.size() && static_cast<std::uint8_t>(text[i]) >= low &&
           static_cast<std::uint8_t>(text[i]) <= high;
  };
  for (std::size_t i = 0; i < text.size();) {
    const bool second = in(i + 1, 0x80, 0xBF), third = second && in(i + 2, 0x80, 0xBF);
    if (in(i, 0x00, 0x7F))
      i += 1;
    else if (in(i, 0xC2, 0xDF) && second)
      i += 2;
    else if (third && ((in(i, 0xE0, 0xE0) && in(i + 1, 0xA0, 0xBF)) || in(i, 0xE1, 0xEC) ||
                       (in(i, 0xED, 0xED) && in(i + 1, 0x80, 0x9F)) || in(i, 0xEE, 0xEF)))
      i += 3;
    else if (third && in(i + 3, 0x80, 0xBF) &&
             ((in(i, 0xF0, 0xF0) && in(i + 1, 0x90, 0xBF)) || in(i, 0xF1, 0xF3) ||
              (in(i, 0xF4, 0xF4) && in(i + 1, 0x80, 0x8F))))
      i += 4;
    else
      return false;
  }
  return true;
}

void check_flags(const fuzz::Words &words) {
  std::vector<std::uint8_t> flags(words.n_words());
  embtrain::flag_words(list_of(words), flags.data());
  for (std::size_t i = 0; i < words.n_words(); ++i) {
    const std::string_view word = words.word(i);
    EXPECT(((flags[i] & embtrain::kEmptyWord) != 0) == word.empty());
    EXPECT(((flags[i] & embtrain::kSpace) != 0) == (word.find(' ') != std::string_view::npos));
    EXPECT(((flags[i] & embtrain::kBadUtf8) == 0) == is_utf8(word));
  }
}

void check_index(const fuzz::Words &words, const fuzz::Words &queries) {
  embtrain::WordIndex index;
  std::vector<std::int64_t> rows(words.n_words()), found(queries.n_words());
  std::map<std::string_view, std::int64_t> expected, first;
  index.add(list_of(words), rows.data());
  for (std::size_t i = 0; i < words.n_words(); ++i) {
    const auto next = static_cast<std::int64_t>(expected.size());
    EXPECT(expected.emplace(words.word(i), next).first->second == rows[i]);
    first.emplace(words.word(i), static_cast<std::int64_t>(i));
  }
  EXPECT(index.size() == expected.size());
  index.find(list_of(queries), found.data());
  std::vector<std::string> texts;
  for (std::size_t i = 0; i < queries.n_words(); ++i) texts.emplace_back(queries.word(i));
  const std::vector<std::int64_t> searched = embtrain::find_words(list_of(words), texts);
  for (std::size_t i = 0; i < queries.n_words(); ++i) {
    const auto in_index = expected.find(queries.word(i));
    EXPECT(found[i] == (in_index == expected.end() ? -1 : in_index->second));
    const auto in_list = first.find(queries.word(i));
    EXPECT(searched[i] == (in_list == first.end() ? -1 : in_list->second));
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const fuzz::Words words(input, 12), queries(input, 6);
  if (words.valid() && queries.valid()) {
    check_index(words, queries);
    check_flags(words);
    return 0;
  }
  const fuzz::Words &wrong = words.valid() ? queries : words;
  std::vector<std::int64_t> rows(wrong.n_words());
  std::vector<std::uint8_t> flags(wrong.n_words());
  embtrain::WordIndex index;
  EXPECT(fuzz::refuses([&] { embtrain::flag_words(list_of(wrong), flags.data()); }));
  EXPECT(fuzz::refuses([&] { index.add(list_of(wrong), rows.data()); }));
  fuzz::refuses([&] { embtrain::find_words(list_of(wrong), {"a", ""}); });
  return 0;
}
