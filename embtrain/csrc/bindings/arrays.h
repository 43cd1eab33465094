// Arrays on their way in and out, for the bindings that hand over much of it.
#pragma once
#include <nanobind/ndarray.h>

#include <memory>
#include <utility>
#include <vector>

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

}  // namespace embtrain::bindings
