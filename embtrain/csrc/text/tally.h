// Counts words in a table that the caller empties to disk when it becomes too large.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "text/encoder.h"

namespace embtrain::text {

constexpr std::size_t kPartitions = 256;
constexpr unsigned kLevels = 8;  // of partitions within partitions: 8 bits of the hash each

// The size of each partition.
struct Partitions {
  std::vector<std::int64_t> bytes;  // [kPartitions], of lines
  std::vector<std::int64_t> words;  // [kPartitions]
};

// Counts words of text or of lines "word count". Hands the words out as such lines, either sorted or in
// partitions. After that it is empty and can count again.
class Tally {
 public:
  // `eos` as for Encoder.
  explicit Tally(std::uint64_t max_token, bool eos = false);

  // Like those of Encoder. Throw std::logic_error while words are being handed out.
  void feed(const std::uint8_t *chunk, std::size_t size);
  void end_input();
  const Counters &counters() const { return encoder_.counters(); }
  std::size_t types() const { return encoder_.types(); }
  std::size_t memory(std::size_t types, std::size_t bytes) const {
    return encoder_.table().memory(types, bytes);
  }

  // Adds the counts of a block of whole lines, the first of which has the number `first`; returns their
  // number. `once` refuses duplicate words. Throws std::invalid_argument, std::length_error, std::bad_alloc.
  std::uint64_t add_lines(const std::uint8_t *block, std::size_t size, std::uint64_t first, bool once);

  // Puts the words in the order of 256 partitions, by bits of their hash that differ from level to level.
  Partitions partition(unsigned level);
  // Puts the words in the order of a vocabulary: by count, highest first, then by their bytes.
  void sort();
  // The next lines, about max_bytes of them, in the order chosen last. Returns no bytes once, at the end,
  // when the table is empty too.
  std::vector<std::uint8_t> take(std::size_t max_bytes);
  // All words as a vocabulary; frees the table.
  Counted finish();

 private:
  WordTable &table() { return encoder_.table(); }
  void require_counting() const;

  Encoder encoder_;
  std::vector<std::uint32_t> order_;  // ids by partition; empty where the words themselves are in order
  std::size_t taken_ = 0;
  bool handing_out_ = false;
};

}  // namespace embtrain::text
