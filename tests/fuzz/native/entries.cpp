// formats/entries.h: the word lists of fastText's and finalfusion's files.
#include "formats/entries.h"

#include "input.h"

namespace {

using embtrain::Entries;
using embtrain::EntryLayout;

constexpr EntryLayout kLayouts[] = {EntryLayout::kFasttext, EntryLayout::kPrefixed, EntryLayout::kIndexed};

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const EntryLayout layout = kLayouts[input.below(3)];
  const std::size_t n_max = input.flag() ? SIZE_MAX : input.byte();
  const fuzz::Block block(input.rest());
  const Entries found = embtrain::read_entries(block.data(), block.size, n_max, layout);
  const std::size_t n = found.offsets.size() - 1;
  EXPECT(n <= n_max && found.consumed <= block.size);
  EXPECT(found.offsets.back() == static_cast<std::int64_t>(found.arena.size()));
  EXPECT(found.values.size() == (layout == EntryLayout::kPrefixed ? 0 : n));
  EXPECT(found.types.size() == (layout == EntryLayout::kFasttext ? n : 0));
  const std::vector<std::uint8_t> written =
      embtrain::write_entries(found.arena.data(), found.offsets.data(), n,
                              found.values.empty() ? nullptr : found.values.data(), layout);
  const Entries again = embtrain::read_entries(written.data(), written.size(), SIZE_MAX, layout);
  EXPECT(again.arena == found.arena && again.offsets == found.offsets && again.values == found.values);
  EXPECT(again.consumed == written.size());
  return 0;
}
