// What one training step needs, whatever the objective, and the entry that runs it on several threads.
#pragma once
#include <cstdint>
#include <functional>

namespace embtrain {

// Arguments of a step; embtrain/ops/{sgns,cbow}/schema.py are the contracts. Rows are `stride` floats apart,
// 64-byte aligned, stride a multiple of 16, columns from dim on are zero and stay zero.
struct Step {
  float *input, *output;
  int64_t rows, stride, dim;
  const uint32_t *ids;       // [tokens]
  const int64_t *sentences;  // [n_sentences + 1], offsets into ids
  int64_t n_sentences;
  int64_t position;       // of ids[0] in the corpus
  const float *keep;      // [rows] probability to keep a token
  const uint64_t *alias;  // [rows] threshold << 32 | alias
  int window;
  int negatives;  // drawn for a group
  float weight;   // of each of them
  double lr;
  int64_t corpus_tokens, epochs;
  uint64_t seed, epoch;
  int threads;
  bool corrected;  // CBOW only: whether a context word gets the error divided by the number of contexts

  int64_t tokens() const { return sentences[n_sentences]; }
};

struct Counters {
  int64_t words = 0;  // tokens before subsampling
  int64_t kept = 0;   // centres after subsampling
  int64_t pairs = 0;  // positive pairs
  double loss = 0;    // summed over positive and unmasked negative pairs
  bool bad_alias = false;
  bool interrupted = false;
};

// Learning rate at a position: linear from lr, in blocks of 10,000 tokens, never under lr / 10,000.
constexpr int64_t kRateBlock = 10000;

inline float rate_at(const Step &step, int64_t position) {
  const int64_t block = position / kRateBlock * kRateBlock;
  const double done =
      static_cast<double>(step.corpus_tokens) * static_cast<double>(step.epoch) + static_cast<double>(block);
  const double share =
      1 - done / (static_cast<double>(step.corpus_tokens) * static_cast<double>(step.epochs));
  return static_cast<float>(step.lr * (share > 1e-4 ? share : 1e-4));
}

// Tokens that a thread takes at a time.
constexpr int64_t kChunk = 1024;

constexpr int kMaxGroup = 4;      // centres that share their negatives, at most
constexpr int kBatchGroups = 32;  // groups whose draws are made together
constexpr int kMaxColumns = 8;    // output rows that are worked on together

// A table as one thread sees it: rows under `hot` are that thread's copies (hot_rows.h), the others are
// shared. `uses` counts how often each of the first `counted` copies was taken for a product, and in its last
// cell all other rows.
struct TableView {
  float *shared, *own;
  int64_t hot, counted;
  uint32_t *uses;  // [counted + 1]
};

// What one thread needs while it works; sized by the caller, so that the kernel files allocate nothing.
// A product has R rows (context words, or means of them) and C columns (centres and negatives), the columns
// in blocks of kMaxColumns that take 8 cells each.
struct Scratch {
  TableView input, output;
  uint32_t *words;       // [kChunk + 2 * window + 1] kept tokens; cells without a word surround them
  int64_t *positions;    // same length: corpus position of each kept token
  int32_t *repeats;      // same length + 1: prefix count of tokens that may repeat a recent one
  uint64_t *draws;       // [kBatchGroups * negatives]
  uint32_t *negatives;   // [kBatchGroups * negatives]
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
  uint64_t *keys;        // [negatives]
};

// Trains on tokens [begin, end) of the block; one instance of this function per objective and instruction
// set.
using Range = void (*)(const Step &, int64_t begin, int64_t end, Scratch &, Counters &);

// Adds a share of what `own` has changed since `before` to `shared`, and makes all three the same.
using MergeRow = void (*)(float *shared, float *own, float *before, int64_t stride, float share);

// Asks the calling thread every so often whether to stop; the step then ends early, and says so.
//
// Throws std::out_of_range for ids, offsets or alias cells outside the tables; nothing was trained then in
// the first two cases.
Counters run_step(const Step &step, Range range, MergeRow merge_row,
                  const std::function<bool()> &is_interrupted);

}  // namespace embtrain
