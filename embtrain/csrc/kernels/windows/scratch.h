// The working memory of one thread that trains on windows.
#pragma once
#include <cstdint>

#include "kernels/table_view.h"

namespace embtrain {

constexpr int kMaxGroup = 4;      // centres that share their negatives, at most
constexpr int kBatchGroups = 32;  // groups whose draws are made together
constexpr int kMaxColumns = 8;    // output rows that are processed together

constexpr uint32_t kNoWord = 0xFFFFFFFFu;

// What a composed row is for.
struct Cell {
  uint32_t word;    // kNoWord where a cell is empty
  uint32_t tokens;  // of the word, in reach
  uint32_t uses;    // products that the row was in
};

// The caller sizes and allocates these arrays, because kernel files must allocate nothing (isa/isa.h).
// A product has R rows (context words, or means of them) and C columns (centres and negatives), the columns
// in blocks of kMaxColumns that take 8 cells each.
struct Scratch {
  TableView input, output, place_weights;
  uint32_t *words;       // [kChunkTokens + 2 * window + 1] kept tokens; cells without a word surround them
  int64_t *positions;    // same length: corpus position of each kept token
  int32_t *repeats;      // same length + 1: prefix count of tokens that may repeat a recent one
  uint64_t *draws;       // [kBatchGroups * shared_negatives]
  uint32_t *negatives;   // [kBatchGroups * shared_negatives]
  int32_t *windows;      // [kBatchGroups * kMaxGroup]
  float **rows;          // [R]
  float *members;        // [R * kMaxGroup] how often a row is in the window of each centre of the group
  float **columns;       // [C]
  uint32_t *column_ids;  // [C]
  float *positive;       // [kMaxGroup * blocks * 8], by centre: 1 for the centre itself
  float *total;          // same: that, and how often each column is a negative; 0 in unused cells
  float *gradients;      // [blocks * R * 8], 64-byte aligned
  float *before;         // [R * stride], 64-byte aligned: rows as they were before the group
  float **before_rows;   // [R]
  float *means;          // [2 * kMaxGroup * stride], 64-byte aligned: CBOW's means, then their errors
  uint64_t *keys;        // [shared_negatives]
  // Only if places have weights.
  int32_t *places;  // [R * kMaxGroup] the place of a row in the window of each centre of the group
  float **weights;  // same: the weights of that place
  float *sums;      // [2 * window * 16], 64-byte aligned: changes of some columns of the weights
  // Only if words have bags.
  float *composed;        // [cells * 2 * stride], 64-byte aligned: composed rows, now and as they were
  Cell *cells;            // [cells], a power of two
  int32_t *cell_of_word;  // [rows], -1 where a word has none
  int32_t cell_mask;      // cells - 1
};

}  // namespace embtrain
