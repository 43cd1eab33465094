// Parts of a text file as whole lines, for threads that each take some of them.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>

namespace embtrain {

// Bytes [start, stop) of a file of which the first line that is wanted begins at `first`.
struct FilePart {
  int descriptor;
  uint64_t first, start, stop;
};

// Valid until the reader is used again.
struct Lines {
  const char *data = nullptr;
  size_t size = 0;
  bool unterminated = false;  // the file's last line had no newline: it has one here
  bool too_long = false;      // the last line is longer than allowed; there are no lines here then
};

// Reads into memory that it keeps, so that it stays in the processor's cache.
class LineReader {
 public:
  // The lines that begin within the part, whole: the last one may end far beyond it, by max_line bytes at
  // most. Throws std::system_error where reading fails.
  Lines read(const FilePart &part, size_t max_line);

 private:
  // Reads up to `size` more bytes; how many there were.
  size_t read_more(const FilePart &part, uint64_t from, size_t size);

  std::unique_ptr<char[]> data_;
  size_t capacity_ = 0, size_ = 0;
};

}  // namespace embtrain
