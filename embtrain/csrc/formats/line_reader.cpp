#include "formats/line_reader.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>

namespace embtrain {
namespace {

// Bytes per read when the last line continues beyond its part.
constexpr size_t kMore = 4096;

}  // namespace

size_t LineReader::read_more(const FilePart &part, uint64_t from, size_t size) {
  // One extra byte for a newline.
  if (size_ + size + 1 > capacity_) {
    const size_t capacity = (size_ + size + 1) * 5 / 4;
    std::unique_ptr<char[]> larger(new char[capacity]);
    if (size_ != 0) std::memcpy(larger.get(), data_.get(), size_);
    data_ = std::move(larger);
    capacity_ = capacity;
  }
  size_t done = 0;
  while (done < size) {
    const ssize_t n =
        pread(part.descriptor, data_.get() + size_, size - done, static_cast<off_t>(from + size_));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) throw std::system_error(errno, std::generic_category());
    if (n == 0) break;
    done += static_cast<size_t>(n);
    size_ += static_cast<size_t>(n);
  }
  return done;
}

Lines LineReader::read(const FilePart &part, size_t max_line) {
  // The byte before the part tells whether a line starts with the part.
  const bool is_first = part.start == part.first;
  const uint64_t from = is_first ? part.start : part.start - 1;
  const auto length = static_cast<size_t>(part.stop - from);
  size_ = 0;
  read_more(part, from, length + kMore);
  const size_t within = size_ < length ? size_ : length;
  size_t begin = 0;
  if (!is_first) {
    const void *newline = within == 0 ? nullptr : std::memchr(data_.get(), '\n', within);
    if (newline == nullptr) return {};
    begin = static_cast<size_t>(static_cast<const char *>(newline) - data_.get()) + 1;
  }
  if (begin == within) return {};
  for (size_t looked = within - 1;;) {
    const void *newline = std::memchr(data_.get() + looked, '\n', size_ - looked);
    if (newline != nullptr) {
      const auto end = static_cast<size_t>(static_cast<const char *>(newline) - data_.get()) + 1;
      return {data_.get() + begin, end - begin, false, false};
    }
    looked = size_;
    if (size_ - within > max_line) return {nullptr, 0, false, true};
    if (read_more(part, from, size_ < length + 4 * kMore ? kMore : size_ / 2) == 0) break;
  }
  data_[size_++] = '\n';
  return {data_.get() + begin, size_ - begin, true, false};
}

}  // namespace embtrain
