// Encodes and decodes rows of a co-occurrence matrix (docs/reference/cooccurrences.md).
//
// A row is the number of its entries, then each entry in the order of columns: the number of columns skipped
// since the entry before it, and its count. All numbers are unsigned LEB128: seven bits a byte, the lowest
// first, the top bit set in all bytes but the last.
#pragma once
#include <cstdint>
#include <stdexcept>
#include <vector>

namespace embtrain::counts {

using Count = std::uint64_t;

// Most bytes of an encoded number.
constexpr int kMaxVarint = 10;

inline std::uint8_t *put_number(std::uint8_t *to, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7) *to++ = static_cast<std::uint8_t>(value | 0x80);
  *to++ = static_cast<std::uint8_t>(value);
  return to;
}

// Decodes rows from untrusted bytes. Every method throws std::invalid_argument for invalid bytes.
class RowReader {
 public:
  RowReader(const std::uint8_t *begin, const std::uint8_t *end) : at_(begin), end_(end) {}

  std::uint64_t number() {
    std::uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (at_ == end_) throw std::invalid_argument("a row ends within a number");
      const std::uint8_t byte = *at_++;
      value |= static_cast<std::uint64_t>(byte & 0x7F) << shift;
      if (byte < 0x80) {
        if (shift == 63 && byte > 1) break;
        return value;
      }
    }
    throw std::invalid_argument("a number is larger than 64 bits");
  }

  // Calls visit(column, count) for each entry of the next row; columns ascend and are below n_columns.
  template <typename Visit>
  void row(std::uint64_t n_columns, Visit visit) {
    const std::uint64_t entries = number();
    if (entries > n_columns) throw std::invalid_argument("a row has more entries than there are words");
    std::uint64_t next = 0;
    for (std::uint64_t k = 0; k < entries; ++k) {
      const std::uint64_t gap = number();
      if (gap >= n_columns - next) throw std::invalid_argument("a column is outside the vocabulary");
      const Count count = number();
      if (count == 0) throw std::invalid_argument("a count is 0");
      visit(static_cast<std::uint32_t>(next + gap), count);
      next += gap + 1;
    }
  }

  bool done() const { return at_ == end_; }

 private:
  const std::uint8_t *at_, *end_;
};

// Encoded rows one after another, and the end of each.
struct Rows {
  std::vector<std::uint8_t> bytes;
  std::vector<std::int64_t> ends;

  void clear() {
    bytes.clear();
    ends.clear();
  }
};

// Encoded rows that belong to the caller.
struct RowsView {
  const std::uint8_t *bytes;
  const std::int64_t *ends;  // [n_rows]
  std::size_t n_rows;

  // Throws std::invalid_argument if the ends descend.
  RowReader row(std::size_t k) const {
    const std::int64_t begin = k ? ends[k - 1] : 0;
    if (ends[k] < begin || begin < 0) throw std::invalid_argument("the ends of rows must not descend");
    return {bytes + begin, bytes + ends[k]};
  }
};

// Concatenates pieces.
Rows join(const std::vector<Rows> &pieces);

}  // namespace embtrain::counts
