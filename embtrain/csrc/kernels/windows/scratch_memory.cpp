#include "kernels/windows/scratch_memory.h"

#include <algorithm>
#include <cstdlib>
#include <new>
#include <type_traits>

namespace embtrain {
namespace {

constexpr int64_t kLeastCells = 256;

// Twice as many as words can be in reach of a group, rounded up to a power of two.
int64_t cells_of(int64_t window) {
  int64_t cells = kLeastCells;
  while (cells < 4 * (window + 1)) cells *= 2;
  return cells;
}

// Assigns every array from `base` on; returns the number of cells before `words`.
int64_t lay_out(const WindowStep &step, Scratch &scratch, char *base, size_t &size) {
  const int64_t reach = 2 * step.window + kMaxGroup, tokens = kChunkTokens + reach, front = reach + 8;
  const int64_t columns = step.shared_negatives + kMaxGroup,
                blocks = (columns + kMaxColumns - 1) / kMaxColumns;
  const auto take = [&](auto *&array, int64_t count) {
    array = reinterpret_cast<std::remove_reference_t<decltype(array)>>(base + size);
    size += (static_cast<size_t>(count) * sizeof(*array) + 63) / 64 * 64;
  };
  take(scratch.words, front + tokens);
  scratch.words += front;
  take(scratch.positions, tokens);
  take(scratch.repeats, tokens + 1);
  take(scratch.draws, kBatchGroups * columns);
  take(scratch.negatives, kBatchGroups * columns);
  take(scratch.windows, kBatchGroups * kMaxGroup);
  take(scratch.rows, reach);
  take(scratch.members, reach * kMaxGroup);
  take(scratch.columns, columns);
  take(scratch.column_ids, columns);
  take(scratch.positive, kMaxGroup * blocks * 8);
  take(scratch.total, kMaxGroup * blocks * 8);
  take(scratch.gradients, blocks * reach * 8);
  take(scratch.before, blocks > 1 ? reach * step.stride : 0);
  take(scratch.before_rows, reach);
  take(scratch.means, 2 * kMaxGroup * step.stride);
  take(scratch.keys, columns);
  const int64_t weighted = step.n_positions ? reach * kMaxGroup : 0;
  take(scratch.places, weighted);
  take(scratch.weights, weighted);
  take(scratch.sums, step.n_positions * 16);
  const int64_t cells = step.bag_offsets ? cells_of(step.window) : 0;
  scratch.cell_mask = static_cast<int32_t>(cells - 1);
  take(scratch.composed, cells * 2 * step.stride);
  take(scratch.cells, cells);
  take(scratch.cell_of_word, cells ? step.rows : 0);
  return front;
}

}  // namespace

void OwnedScratch::Free::operator()(char *p) const { std::free(p); }

OwnedScratch::OwnedScratch(const WindowStep &step) {
  size_t size = 0;
  lay_out(step, scratch, nullptr, size);
  memory_.reset(static_cast<char *>(std::aligned_alloc(64, size)));
  if (!memory_) throw std::bad_alloc();
  size = 0;
  const int64_t front = lay_out(step, scratch, memory_.get(), size);
  for (int64_t k = 0; k < front; ++k) scratch.words[k - front] = kNoWord;
  for (int32_t k = 0; k <= scratch.cell_mask; ++k) scratch.cells[k] = {kNoWord, 0, 0};
  if (step.bag_offsets) std::fill_n(scratch.cell_of_word, step.rows, -1);
}

}  // namespace embtrain
