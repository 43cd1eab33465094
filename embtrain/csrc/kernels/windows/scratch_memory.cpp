#include "kernels/windows/scratch_memory.h"

#include <cstdlib>
#include <new>
#include <type_traits>

namespace embtrain {
namespace {

constexpr uint32_t kNoId = 0xFFFFFFFFu;

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
  for (int64_t k = 0; k < front; ++k) scratch.words[k - front] = kNoId;
}

}  // namespace embtrain
