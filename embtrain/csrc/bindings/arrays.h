// Types and conversions of the numpy arrays that the bindings take and return.
#pragma once
#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "words/word_list.h"

namespace embtrain::bindings {

namespace nb = nanobind;

template <typename T>
using Array = nb::ndarray<nb::numpy, T, nb::ndim<1>>;
template <typename T>
using In = nb::ndarray<T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// A numpy array that owns the vector.
template <typename T>
Array<T> to_numpy(std::vector<T> &&values) {
  auto holder = std::make_unique<std::vector<T>>(std::move(values));
  std::vector<T> *kept = holder.get();
  nb::capsule owner(holder.release(), [](void *p) noexcept { delete static_cast<std::vector<T> *>(p); });
  return Array<T>(kept->data(), {kept->size()}, owner);
}

// Runs `work`, which is plain C++, without the interpreter's lock.
template <typename Work>
auto unlocked(Work work) {
  nb::gil_scoped_release release;
  return work();
}

// Throws ValueError if offsets are empty. The words themselves are checked when they are read.
inline WordList words_of(const In<const std::uint8_t> &arena, const In<const std::int64_t> &offsets) {
  if (offsets.size() == 0) throw nb::value_error("offsets are empty: expected one more than there are words");
  return {arena.data(), arena.size(), offsets.data(), offsets.size() - 1};
}

}  // namespace embtrain::bindings
