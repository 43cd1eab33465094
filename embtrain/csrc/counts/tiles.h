// Co-occurrence records in tiles, for training that visits them in random order without leaving the cache.
//
// Words are cut into blocks of neighbouring numbers, and records into tiles by the blocks of their row and
// column. The tiles (i, i + d mod n) of a diagonal d share neither rows nor columns: they can be trained on
// at the same time, and the result does not depend on which goes first. A file holds diagonal after diagonal,
// so that each is read at once.
#pragma once
#include <cstdint>
#include <vector>

#include "counts/rows.h"

namespace embtrain::counts {

struct Record {
  std::uint32_t row, column;
  float count;
};

// Where blocks begin, and at the end the number of words. The first blocks are small: their words are
// frequent, and a block with a large part of all records would keep other threads waiting. Blocks grow to
// `largest` words, or further where there would be more than `max_blocks`.
std::vector<std::uint32_t> make_blocks(std::size_t n_words, std::size_t largest, std::size_t max_blocks);

class Tiles {
 public:
  // `units`: what counts are divided by (Weights::units).
  Tiles(std::vector<std::uint32_t> blocks, Count units);

  std::size_t n_blocks() const { return blocks_.size() - 1; }

  // Every row is counted first, in any order and any number of calls. `rows` are the rows from `first_row`
  // on.
  void count(std::size_t first_row, const RowsView &rows, int threads);

  // Where each tile begins, in records, in the order of the file; [n_blocks^2 + 1]. Rows can be written now.
  const std::vector<std::int64_t> &offsets();

  // Writes whole blocks of rows into a file from its byte 0 on, in any order. Each tile is in an order drawn
  // from the seed, in which records of a row are neighbours. Throws std::system_error where the file cannot
  // be written.
  void write(std::size_t first_row, const RowsView &rows, int descriptor, std::uint64_t seed, int threads);

 private:
  std::size_t tile(std::size_t row_block, std::size_t column_block) const {
    return (column_block + n_blocks() - row_block) % n_blocks() * n_blocks() + row_block;
  }
  struct Blocks {
    std::size_t begin, end;
  };
  Blocks blocks_of(std::size_t first_row, std::size_t n_rows) const;
  void write_block(std::size_t block, std::size_t first_row, const RowsView &rows, int descriptor,
                   std::uint64_t key) const;

  std::vector<std::uint32_t> blocks_;
  std::vector<std::uint32_t> block_of_;  // [n_words]
  double unit_;
  std::vector<std::int64_t> sizes_, offsets_;
};

}  // namespace embtrain::counts
