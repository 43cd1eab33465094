#include "phrases/pair_table.h"

#include <sys/mman.h>

#include <cstdint>
#include <cstdlib>
#include <new>
#include <stdexcept>

namespace embtrain::phrases {

namespace {

// A large table is visited in random order: with pages of 4 KB, most visits would look up a page first.
void use_large_pages(void *memory, std::size_t size) {
#ifdef MADV_HUGEPAGE
  constexpr std::uintptr_t kPage = std::uintptr_t{1} << 21;
  const std::uintptr_t start = (reinterpret_cast<std::uintptr_t>(memory) + kPage - 1) / kPage * kPage;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(memory) + size) / kPage * kPage;
  // It is advice: without it, all is only slower.
  if (start < end) (void)madvise(reinterpret_cast<void *>(start), end - start, MADV_HUGEPAGE);
#else
  (void)memory;
  (void)size;
#endif
}

}  // namespace

void PairTable::FreeMemory::operator()(Entry *memory) const { std::free(memory); }

void PairTable::begin(Range range, std::size_t slots) {
  entries_.reset();
  // calloc hands out fresh zero pages, which become resident only when they are used.
  entries_.reset(static_cast<Entry *>(std::calloc(slots, sizeof(Entry))));
  if (!entries_) throw std::bad_alloc();
  use_large_pages(entries_.get(), slots * sizeof(Entry));
  slots_ = slots;
  most_ = slots - slots / 4;
  size_ = 0;
  range_ = range;
  left_over_.clear();
}

void PairTable::give_up_half() {
  if (range_.first == range_.last) throw std::length_error("too many phrases have the same hash");
  const std::uint64_t middle = range_.first + (range_.last - range_.first) / 2;
  left_over_.push_back({middle + 1, range_.last});
  range_.last = middle;
}

}  // namespace embtrain::phrases
