// Reads parts of a text file as whole lines, for threads that share the file.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace embtrain {

// Bytes [start, stop) of a file whose first wanted line starts at `first`.
struct FilePart {
  int descriptor;
  uint64_t first, start, stop;
};

// Valid until the reader is used again.
struct Lines {
  const char *data = nullptr;
  size_t size = 0;
  bool unterminated = false;  // the file's last line had no newline; one was added here
  bool too_long = false;      // the last line is longer than allowed; then there are no lines here
};

// Reads into one buffer each time, so that the buffer stays in the processor's cache.
class LineReader {
 public:
  // The whole lines that start within the part. The last one may end up to max_line bytes beyond the part.
  // Throws std::system_error if reading fails.
  Lines read(const FilePart &part, size_t max_line);

 private:
  // Reads up to `size` more bytes; returns how many it read.
  size_t read_more(const FilePart &part, uint64_t from, size_t size);

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0, size_ = 0;
};

}  // namespace embtrain
