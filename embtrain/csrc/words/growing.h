// An array that grows by realloc: large blocks are moved by the system's page tables, not copied, so that
// growth does not double the memory in use. std::vector would copy.
#pragma once
#include <cstddef>
#include <cstdlib>
#include <new>
#include <type_traits>

namespace embtrain {

template <typename T>
class Growing {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  Growing() = default;
  Growing(const Growing &) = delete;
  Growing &operator=(const Growing &) = delete;
  ~Growing() { std::free(data_); }

  T &operator[](std::size_t i) { return data_[i]; }
  const T &operator[](std::size_t i) const { return data_[i]; }
  const T *data() const { return data_; }
  std::size_t size() const { return size_; }

  // Appends n elements that the caller fills in. Throws std::bad_alloc.
  T *extend(std::size_t n) {
    if (n > capacity_ - size_) reserve(size_ + n);
    T *added = data_ + size_;
    size_ += n;
    return added;
  }

  // Drops the elements and keeps the memory.
  void clear() { size_ = 0; }

  // Hands over the memory, which the caller must free with std::free; null if there is none.
  T *release() {
    T *released = data_;
    data_ = nullptr;
    size_ = capacity_ = 0;
    return released;
  }

  void free_all() {
    std::free(data_);
    data_ = nullptr;
    size_ = capacity_ = 0;
  }

 private:
  void reserve(std::size_t needed) {
    std::size_t capacity = capacity_ + capacity_ / 2 + 1024;
    if (capacity < needed) capacity = needed;
    void *grown = std::realloc(data_, capacity * sizeof(T));
    if (grown == nullptr) throw std::bad_alloc();
    data_ = static_cast<T *>(grown);
    capacity_ = capacity;
  }

  T *data_ = nullptr;
  std::size_t size_ = 0, capacity_ = 0;
};

}  // namespace embtrain
