// text/segment.h: words and grapheme clusters of text that may not be UTF-8, with Unicode's own table.
#include "input.h"
#include "text/segment.h"

namespace {

using embtrain::text::Segmented;
using embtrain::text::Segmenter;

struct Range {
  std::uint32_t start;
  std::uint16_t properties;
};
constexpr Range kRanges[] = {
#include "breaks_table.inc"
};

const Segmenter &segmenter() {
  static const Segmenter made = [] {
    std::vector<std::uint32_t> starts;
    std::vector<std::uint16_t> properties;
    for (const Range &range : kRanges) {
      starts.push_back(range.start);
      properties.push_back(range.properties);
    }
    return Segmenter(starts.data(), properties.data(), starts.size());
  }();
  return made;
}

using Rules = Segmented (Segmenter::*)(const std::uint8_t *, std::size_t) const;

std::string cut(std::string_view text, Rules rules, std::uint64_t *lost = nullptr) {
  const fuzz::Block block(text);
  const Segmented kept = (segmenter().*rules)(block.data(), block.size);
  if (lost != nullptr) *lost = kept.dropped + kept.bad_bytes;
  EXPECT(kept.dropped + kept.bad_bytes <= 2 * text.size());
  return {reinterpret_cast<const char *>(kept.text.get()), kept.size};
}

// Segments are bytes of the text in their order, with a space after each; newlines are the text's.
void check_order(std::string_view text, std::string_view kept) {
  std::size_t at = 0;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    if (kept[i] == ' ') {
      EXPECT(i > 0 && kept[i - 1] != ' ' && kept[i - 1] != '\n');
      continue;
    }
    at = text.find(kept[i], at);
    EXPECT(at != std::string_view::npos);
    ++at;
  }
  EXPECT(std::count(text.begin(), text.end(), '\n') == std::count(kept.begin(), kept.end(), '\n'));
}

void check(std::string_view text, std::size_t place, Rules rules) {
  const std::string kept = cut(text, rules);
  check_order(text, kept);
  // No segment reaches across a newline, so a text cut there gives the same in two pieces.
  const std::size_t newline = text.find('\n', place);
  if (newline == std::string_view::npos) return;
  EXPECT(kept == cut(text.substr(0, newline + 1), rules) + cut(text.substr(newline + 1), rules));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t place = input.byte();
  const std::string_view text = input.rest();
  check(text, place, &Segmenter::words);
  check(text, place, &Segmenter::clusters);
  return 0;
}
