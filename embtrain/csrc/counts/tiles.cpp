#include "counts/tiles.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "draws/draws.h"
#include "threads/workers.h"

namespace embtrain::counts {
namespace {

constexpr std::size_t kSmallestBlock = 32;
// Records that wait for the end of their block of rows: 24 MB for each thread. The order of records depends
// on it, so it must not depend on the number of threads.
constexpr std::size_t kMostWaiting = std::size_t{2} << 20;
void write_at(int descriptor, const void *data, std::size_t n_bytes, std::int64_t place) {
  auto from = static_cast<const char *>(data);
  while (n_bytes) {
    const ssize_t written = pwrite(descriptor, from, n_bytes, place);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) throw std::system_error(written ? errno : ENOSPC, std::generic_category());
    from += written;
    n_bytes -= static_cast<std::size_t>(written);
    place += written;
  }
}

// A uniform index below n, drawn for a record of the file.
std::size_t draw_below(std::uint64_t key, std::int64_t place, std::size_t n) {
  return draws::scaled(draws::draw(key, static_cast<std::uint64_t>(place)), n) >> 32;
}

// Brings records, which are in the order of rows, into a random order of rows and of the records of a row
// (Fisher and Yates). Neighbours share a row, which then stays in the smallest cache. `place` is that of the
// first record in the file.
void shuffle(std::vector<Record> &records, std::uint64_t key, std::int64_t place) {
  std::vector<std::size_t> rows{0};  // where each begins
  for (std::size_t k = 1; k < records.size(); ++k)
    if (records[k].row != records[k - 1].row) rows.push_back(k);
  std::vector<std::size_t> order(rows.size());
  for (std::size_t k = 0; k < order.size(); ++k) order[k] = k;
  for (std::size_t left = order.size(); left > 1; --left)
    std::swap(order[left - 1], order[draw_below(key, place + static_cast<std::int64_t>(left) - 1, left)]);
  rows.push_back(records.size());
  std::vector<Record> shuffled;
  shuffled.reserve(records.size());
  for (const std::size_t row : order) {
    const std::size_t first = rows[row], n = rows[row + 1] - first;
    for (std::size_t left = n; left > 1; --left) {
      const std::size_t last = first + left - 1;
      std::swap(records[last],
                records[first + draw_below(~key, place + static_cast<std::int64_t>(last), left)]);
    }
    shuffled.insert(shuffled.end(), records.begin() + static_cast<std::ptrdiff_t>(first),
                    records.begin() + static_cast<std::ptrdiff_t>(first + n));
  }
  records.swap(shuffled);
}

}  // namespace

std::vector<std::uint32_t> make_blocks(std::size_t n_words, std::size_t largest, std::size_t max_blocks) {
  largest = std::max({largest, kSmallestBlock, 2 * n_words / std::max<std::size_t>(max_blocks, 1)});
  std::vector<std::uint32_t> blocks{0};
  for (std::size_t start = 0, size = kSmallestBlock; start < n_words;) {
    start = std::min(start + size, n_words);
    blocks.push_back(static_cast<std::uint32_t>(start));
    size = std::min(size + size / 4, largest);
  }
  return blocks;
}

Tiles::Tiles(std::vector<std::uint32_t> blocks, Count units)
    : blocks_(std::move(blocks)), unit_(1.0 / static_cast<double>(units)) {
  block_of_.resize(blocks_.back());
  for (std::size_t block = 0; block < n_blocks(); ++block)
    std::fill(block_of_.begin() + blocks_[block], block_of_.begin() + blocks_[block + 1],
              static_cast<std::uint32_t>(block));
  sizes_.resize(n_blocks() * n_blocks());
}

void Tiles::count(std::size_t first_row, const RowsView &rows, int threads) {
  if (first_row + rows.n_rows > block_of_.size())
    throw std::invalid_argument("there are more rows than words");
  // Threads take whole blocks of rows, whose tiles no other thread counts.
  const Blocks range = blocks_of(first_row, rows.n_rows);
  run_workers(threads, range.end - range.begin, [&](std::size_t k) {
    const std::size_t block = range.begin + k;
    const std::size_t begin = std::max<std::size_t>(blocks_[block], first_row);
    const std::size_t end = std::min<std::size_t>(blocks_[block + 1], first_row + rows.n_rows);
    for (std::size_t row = begin; row < end; ++row)
      rows.row(row - first_row).row(block_of_.size(), [&](std::uint32_t column, Count) {
        ++sizes_[tile(block, block_of_[column])];
      });
  });
}

const std::vector<std::int64_t> &Tiles::offsets() {
  if (offsets_.empty()) {
    offsets_.resize(sizes_.size() + 1);
    for (std::size_t k = 0; k < sizes_.size(); ++k) offsets_[k + 1] = offsets_[k] + sizes_[k];
  }
  return offsets_;
}

void Tiles::write(std::size_t first_row, const RowsView &rows, int descriptor, std::uint64_t seed,
                  int threads) {
  offsets();
  if (first_row + rows.n_rows > block_of_.size())
    throw std::invalid_argument("there are more rows than words");
  const Blocks range = blocks_of(first_row, rows.n_rows);
  if (rows.n_rows && (blocks_[range.begin] != first_row || blocks_[range.end] != first_row + rows.n_rows))
    throw std::invalid_argument("rows are written in whole blocks");
  const std::uint64_t key = draws::key(seed, 0, draws::kOrder);
  run_workers(threads, range.end - range.begin,
              [&](std::size_t k) { write_block(range.begin + k, first_row, rows, descriptor, key); });
}

Tiles::Blocks Tiles::blocks_of(std::size_t first_row, std::size_t n_rows) const {
  if (n_rows == 0) return {0, 0};
  return {block_of_[first_row], block_of_[first_row + n_rows - 1] + std::size_t{1}};
}

void Tiles::write_block(std::size_t block, std::size_t first_row, const RowsView &rows, int descriptor,
                        std::uint64_t key) const {
  std::vector<std::vector<Record>> waiting(n_blocks());  // by block of columns
  std::vector<std::int64_t> written(n_blocks());
  std::size_t n_waiting = 0;
  for (std::size_t row = blocks_[block]; row < blocks_[block + 1]; ++row) {
    rows.row(row - first_row).row(block_of_.size(), [&](std::uint32_t column, Count count) {
      const auto value = static_cast<float>(static_cast<double>(count) * unit_);
      waiting[block_of_[column]].push_back({static_cast<std::uint32_t>(row), column, value});
      ++n_waiting;
    });
    if (n_waiting < kMostWaiting && row + 1 < blocks_[block + 1]) continue;
    n_waiting = 0;
    for (std::size_t column_block = 0; column_block < n_blocks(); ++column_block) {
      std::vector<Record> &records = waiting[column_block];
      if (records.empty()) continue;
      const std::size_t k = tile(block, column_block);
      const std::int64_t place = offsets_[k] + written[column_block];
      written[column_block] += static_cast<std::int64_t>(records.size());
      if (written[column_block] > offsets_[k + 1] - offsets_[k])
        throw std::invalid_argument("a tile gets more records than were counted");
      shuffle(records, key, place);
      write_at(descriptor, records.data(), records.size() * sizeof(Record),
               place * static_cast<std::int64_t>(sizeof(Record)));
      records.clear();
    }
  }
}

}  // namespace embtrain::counts
