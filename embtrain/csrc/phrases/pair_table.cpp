#include "phrases/pair_table.h"

#include <cstdlib>
#include <new>
#include <stdexcept>

namespace embtrain::phrases {

void PairTable::FreeMemory::operator()(Entry *memory) const { std::free(memory); }

void PairTable::begin(Range range, std::size_t slots) {
  entries_.reset();
  // calloc hands out fresh zero pages, which become resident only when they are used.
  entries_.reset(static_cast<Entry *>(std::calloc(slots, sizeof(Entry))));
  if (!entries_) throw std::bad_alloc();
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
