// text/lines.h and what reads such lines: vocabularies, counts in partitions, selections and sorted runs.
#include <map>

#include "input.h"
#include "text/merger.h"
#include "text/selection.h"
#include "text/tally.h"

namespace {

using embtrain::Counted;
using embtrain::text::kLevels;
using embtrain::text::Merger;
using embtrain::text::Selection;
using embtrain::text::Tally;

constexpr std::uint64_t kMaxToken = 65536;

std::string all_lines(Tally &tally, std::size_t at_a_time) {
  std::string lines;
  for (;;) {
    const std::vector<std::uint8_t> some = tally.take(at_a_time);
    if (some.empty()) return lines;
    lines.append(some.begin(), some.end());
  }
}

std::size_t n_lines(std::string_view text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

void add(Tally &tally, std::string_view lines) {
  const fuzz::Block block(lines);
  tally.add_lines(block.data(), block.size, 1, false);
}

bool same(const Counted &a, const Counted &b) {
  return a.arena == b.arena && a.offsets == b.offsets && a.counts == b.counts;
}

// Lines that were handed out in any order count the same when they are added again.
Counted check_orders(std::string_view text, unsigned level, std::size_t at_a_time) {
  Tally direct(kMaxToken), parts(kMaxToken), sorted(kMaxToken), from_parts(kMaxToken), from_sorted(kMaxToken);
  for (Tally *tally : {&direct, &parts, &sorted}) add(*tally, text);
  const Counted counted = direct.finish();
  std::int64_t n_bytes = 0;
  for (const std::int64_t bytes : parts.partition(level).bytes) n_bytes += bytes;
  const std::string in_parts = all_lines(parts, at_a_time);
  EXPECT(n_bytes == static_cast<std::int64_t>(in_parts.size()));
  sorted.sort();
  const std::string in_order = all_lines(sorted, at_a_time);
  EXPECT(n_lines(in_order) == counted.counts.size() && n_lines(in_parts) == counted.counts.size());
  add(from_parts, in_parts);
  add(from_sorted, in_order);
  EXPECT(same(counted, from_parts.finish()) && same(counted, from_sorted.finish()));
  return counted;
}

void check_selection(fuzz::Input &input, const Counted &counted, std::string_view sorted) {
  Selection selection(input.byte(), input.byte());
  for (embtrain::WordTable *table : {&selection.listed(), &selection.stopped()}) {
    const fuzz::Words words(input, 3);
    fuzz::refuses([&] {
      embtrain::text::load_words(*table, words.arena.data(), words.arena.size, words.offsets.data(),
                                 words.n_words());
    });
  }
  const fuzz::Block block(sorted);
  const std::vector<std::uint8_t> kept = selection.filter(block.data(), block.size);
  const std::string_view lines(reinterpret_cast<const char *>(kept.data()), kept.size());
  EXPECT(n_lines(lines) == selection.kept.words);
  EXPECT(selection.kept.words + selection.rare.words + selection.crowded_out.words +
             selection.stop_words.words ==
         counted.counts.size());
}

// Runs that nobody sorted: all lines come out, or one of them is refused.
void check_merger(std::string_view text, std::size_t n_runs, std::size_t at_a_time) {
  std::vector<std::string_view> left(n_runs, text.substr(0, text.rfind('\n') + 1));
  Merger merger(n_runs);
  std::string merged;
  const bool refused = fuzz::refuses([&] {
    for (bool more = true; more;) {
      while (merger.hungry() >= 0) {
        const auto run = static_cast<std::size_t>(merger.hungry());
        const std::size_t size = left[run].empty() ? 0 : left[run].find('\n') + 1;
        const fuzz::Block block(left[run].substr(0, size));
        left[run].remove_prefix(size);
        merger.feed(run, block.data(), block.size);
      }
      const std::vector<std::uint8_t> some = merger.take(at_a_time);
      merged.append(some.begin(), some.end());
      more = !some.empty() || merger.hungry() >= 0;
    }
  });
  if (!refused) EXPECT(n_lines(merged) == n_runs * n_lines(text));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const unsigned level = static_cast<unsigned>(input.below(kLevels));
  const std::size_t n_runs = 1 + input.below(3), at_a_time = 1 + input.byte();
  const std::string_view arguments = input.take(24), text = input.rest();
  check_merger(text, n_runs, at_a_time);
  const fuzz::Block block(text);
  Tally once(kMaxToken), counts(kMaxToken);
  fuzz::refuses([&] { once.add_lines(block.data(), block.size, 1, true); });
  if (fuzz::refuses([&] { counts.add_lines(block.data(), block.size, 1, false); })) return 0;
  const Counted counted = check_orders(text, level, at_a_time);
  counts.sort();
  fuzz::Input more(reinterpret_cast<const std::uint8_t *>(arguments.data()), arguments.size());
  check_selection(more, counted, all_lines(counts, at_a_time));
  return 0;
}
