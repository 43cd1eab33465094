// counts/rows.h and what reads such rows: sums, checks, and tiles for training.
#include <sys/mman.h>
#include <unistd.h>

#include "counts/sum.h"
#include "counts/tiles.h"
#include "input.h"

namespace {

using namespace embtrain::counts;

bool same(const Entries &a, const Entries &b) {
  return a.row_ends == b.row_ends && a.columns == b.columns && a.counts == b.counts;
}

// Ends that need not fit the bytes, as in a damaged file; the binding checks only that they do not descend.
void check_ends(fuzz::Input &input, const fuzz::Block &block, std::size_t n_words, int threads) {
  std::vector<std::int64_t> ends;
  for (std::size_t n = input.below(6); n > 0; --n) ends.push_back(input.byte());
  ends.push_back(static_cast<std::int64_t>(block.size));
  if (!std::is_sorted(ends.begin(), ends.end())) return;
  const RowsView rows{block.data(), ends.data(), ends.size()};
  std::uint64_t n_entries = 0;
  const bool counted = !fuzz::refuses([&] { n_entries = count_entries(rows, n_words, threads); });
  Rows sum;
  const bool added = !fuzz::refuses([&] { sum = sum_rows({rows}, ends.size(), n_words, threads); });
  EXPECT(counted == added);
  if (added) EXPECT(count_entries({sum.bytes.data(), sum.ends.data(), ends.size()}, n_words, 1) == n_entries);
}

// A matrix added to itself.
void check_sum(const Rows &rows, const Entries &entries, std::size_t n_words, int threads) {
  const RowsView view{rows.bytes.data(), rows.ends.data(), rows.ends.size()};
  Rows sum;
  const bool overflows = std::any_of(entries.counts.begin(), entries.counts.end(),
                                     [](Count count) { return count > UINT64_MAX / 2; });
  EXPECT(fuzz::refuses([&] { sum = sum_rows({view, view}, rows.ends.size(), n_words, threads); }) ==
         overflows);
  if (overflows) return;
  const Entries doubled = read_rows(sum.bytes.data(), sum.bytes.size(), n_words);
  EXPECT(doubled.columns == entries.columns && doubled.row_ends == entries.row_ends);
  for (std::size_t i = 0; i < entries.counts.size(); ++i) EXPECT(doubled.counts[i] == 2 * entries.counts[i]);
}

void check_tiles(const Rows &rows, const Entries &entries, std::size_t n_words, std::uint64_t seed,
                 int threads) {
  const std::vector<std::uint32_t> blocks = make_blocks(n_words, 32 + seed % 64, 40);
  EXPECT(blocks.front() == 0 && blocks.back() == n_words);
  Tiles tiles(blocks, 1);
  const RowsView view{rows.bytes.data(), rows.ends.data(), rows.ends.size()};
  if (fuzz::refuses([&] { tiles.count(0, view, threads); })) {
    EXPECT(rows.ends.size() > n_words);
    return;
  }
  EXPECT(tiles.offsets().back() == static_cast<std::int64_t>(entries.columns.size()));
  const int descriptor = memfd_create("fuzz", MFD_CLOEXEC);
  const bool refused = fuzz::refuses([&] { tiles.write(0, view, descriptor, seed, threads); });
  const off_t written = lseek(descriptor, 0, SEEK_END);
  close(descriptor);
  const bool whole = std::find(blocks.begin(), blocks.end(), rows.ends.size()) != blocks.end();
  EXPECT(refused != whole);
  if (whole) EXPECT(written == static_cast<off_t>(entries.columns.size() * sizeof(Record)));
}

// Untrusted numbers to encode, as read from another tool's file.
void check_writing(fuzz::Input &input, std::size_t n_words) {
  std::vector<std::int64_t> ends;
  std::vector<std::uint32_t> columns;
  std::vector<Count> counts;
  for (std::size_t n = input.below(12); n > 0; --n) {
    columns.push_back(static_cast<std::uint32_t>(input.number()));
    counts.push_back(input.number());
    if (input.flag()) ends.push_back(static_cast<std::int64_t>(input.below(13)) - 1);
  }
  ends.push_back(static_cast<std::int64_t>(columns.size()));
  if (!std::is_sorted(ends.begin(), ends.end()) && ends.back() < *std::max_element(ends.begin(), ends.end()))
    return;
  Rows rows;
  if (fuzz::refuses(
          [&] { rows = write_rows(ends.data(), ends.size(), columns.data(), counts.data(), n_words); }))
    return;
  EXPECT(same(read_rows(rows.bytes.data(), rows.bytes.size(), n_words), {ends, columns, counts}));
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t n_words = input.byte();
  const std::uint64_t seed = input.byte();
  const int threads = 1 + static_cast<int>(input.below(32) == 0);
  const std::string_view arguments = input.take(64);
  const fuzz::Block block(input.rest());
  fuzz::Input more(reinterpret_cast<const std::uint8_t *>(arguments.data()), arguments.size());
  check_ends(more, block, n_words, threads);
  check_writing(more, n_words);
  Entries entries;
  if (fuzz::refuses([&] { entries = read_rows(block.data(), block.size, n_words); })) return 0;
  const Rows rows = write_rows(entries.row_ends.data(), entries.row_ends.size(), entries.columns.data(),
                               entries.counts.data(), n_words);
  EXPECT(same(read_rows(rows.bytes.data(), rows.bytes.size(), n_words), entries));
  check_sum(rows, entries, n_words, threads);
  check_tiles(rows, entries, n_words, seed, threads);
  return 0;
}
