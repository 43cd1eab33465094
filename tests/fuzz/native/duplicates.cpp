// duplicates/duplicate_filter.h: lines that occurred before. What is left must not depend on how the text is
// cut into chunks, and must be what a set of whole lines leaves.
#include <set>

#include "duplicates/duplicate_filter.h"
#include "input.h"
#include "text/white_space.h"

namespace {

using embtrain::duplicates::DuplicateFilter;
using embtrain::text::is_white;

std::string words_of(std::string_view line) {
  std::string words;
  for (std::size_t i = 0; i < line.size(); ++i) {
    if (is_white(static_cast<std::uint8_t>(line[i]))) continue;
    const bool begins = i == 0 || is_white(static_cast<std::uint8_t>(line[i - 1]));
    if (begins && !words.empty()) words += ' ';
    words += line[i];
  }
  return words;
}

struct Left {
  std::string text;
  std::size_t lines = 0, duplicates = 0, long_lines = 0;
};

Left expected(std::string_view text, std::size_t longest) {
  Left left;
  std::set<std::string> seen;
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    const std::string_view line = text.substr(0, newline);
    const std::size_t size = newline == std::string_view::npos ? text.size() : newline + 1;
    const std::string words = words_of(line);
    const bool is_long = line.size() >= longest, compared = !is_long && !words.empty();
    const bool stays = !compared || seen.insert(words).second;
    if (stays) left.text += text.substr(0, size);
    left.lines += compared;
    left.duplicates += !stays;
    // A line that has only white space is not compared in any case, whether it is long or not.
    left.long_lines += is_long && !words.empty();
    text.remove_prefix(size);
  }
  return left;
}

std::string run(DuplicateFilter &filter, std::string_view text, const std::vector<std::size_t> &cuts) {
  std::string out;
  const auto add = [&out](const std::vector<std::uint8_t> &bytes) { out.append(bytes.begin(), bytes.end()); };
  std::size_t start = 0;
  for (const std::size_t cut : cuts) {
    if (cut < start || cut > text.size()) continue;
    const fuzz::Block chunk(text.substr(start, cut - start));
    add(filter.feed(chunk.data(), chunk.size));
    start = cut;
  }
  const fuzz::Block chunk(text.substr(start));
  add(filter.feed(chunk.data(), chunk.size));
  add(filter.end_input());
  return out;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t longest = input.flag() ? std::size_t{1} << 24 : 1 + input.below(80);
  std::vector<std::size_t> cuts;
  for (std::size_t n = input.below(6); n > 0; --n) cuts.push_back(input.byte());
  std::sort(cuts.begin(), cuts.end());
  const std::string_view text = input.rest();
  const Left right = expected(text, longest);
  DuplicateFilter filter(std::size_t{1} << 24, longest);
  EXPECT(run(filter, text, cuts) == right.text);
  EXPECT(filter.counters().lines == right.lines && filter.counters().duplicate_lines == right.duplicates);
  EXPECT(filter.different() == right.lines - right.duplicates);
  EXPECT(run(filter, text, {}).size() <= right.text.size());
  return 0;
}
