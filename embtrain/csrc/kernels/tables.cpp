#include "kernels/tables.h"

#include <sys/mman.h>

#include <new>

#include "draws/draws.h"

namespace embtrain {
namespace {

constexpr size_t kHugePage = size_t{1} << 21;

size_t mapped_bytes(int64_t floats) {
  return (static_cast<size_t>(floats) * sizeof(float) + kHugePage - 1) / kHugePage * kHugePage;
}

}  // namespace

float *allocate_table(int64_t floats) {
  const size_t bytes = mapped_bytes(floats > 0 ? floats : 1);
  // One huge page more than needed, so that an aligned piece can be cut out of it.
  char *raw = static_cast<char *>(
      mmap(nullptr, bytes + kHugePage, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (raw == MAP_FAILED) throw std::bad_alloc();
  const size_t front = (kHugePage - reinterpret_cast<uintptr_t>(raw) % kHugePage) % kHugePage;
  if (front) munmap(raw, front);
  if (kHugePage - front) munmap(raw + front + bytes, kHugePage - front);
#if defined(MADV_HUGEPAGE)
  madvise(raw + front, bytes, MADV_HUGEPAGE);
#endif
  return reinterpret_cast<float *>(raw + front);
}

void free_table(float *table, int64_t floats) { munmap(table, mapped_bytes(floats > 0 ? floats : 1)); }

void fill_initial(float *table, int64_t rows, int64_t stride, int64_t dim, uint64_t seed) {
  const uint64_t key = draws::key(seed, 0, draws::kInitial);
  const float scale = 1.0f / static_cast<float>(dim);
  for (int64_t row = 0; row < rows; ++row)
    for (int64_t column = 0; column < dim; ++column) {
      const uint64_t counter =
          static_cast<uint64_t>(row) * static_cast<uint64_t>(dim) + static_cast<uint64_t>(column);
      table[row * stride + column] = (draws::unit(draws::draw(key, counter)) - 0.5f) * scale;
    }
}

}  // namespace embtrain
