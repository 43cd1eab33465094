// Skip-gram with negative sampling: what one training step needs, and the entry that runs it on several
// threads.
#pragma once
#include <cstdint>

namespace embtrain {

// Arguments of a step; embtrain/ops/sgns/schema.py is the contract. Rows are `stride` floats apart, 64-byte
// aligned, stride a multiple of 16, columns from dim on are zero and stay zero.
struct SgnsStep {
  float *input, *output;
  int64_t rows, stride, dim;
  const uint32_t *ids;       // [tokens]
  const int64_t *sentences;  // [n_sentences + 1], offsets into ids
  int64_t n_sentences;
  int64_t position;       // of ids[0] in the corpus
  const float *keep;      // [rows] probability to keep a token
  const uint64_t *alias;  // [rows] threshold << 32 | alias
  int window, negatives;
  double lr;
  int64_t corpus_tokens, epochs;
  uint64_t seed, epoch;
  int threads;

  int64_t tokens() const { return sentences[n_sentences]; }
};

struct SgnsCounters {
  int64_t words = 0;  // tokens before subsampling
  int64_t kept = 0;   // centres after subsampling
  int64_t pairs = 0;  // positive pairs
  double loss = 0;    // summed over positive and unmasked negative pairs
  bool bad_alias = false;
};

// Learning rate at a position: linear from lr, in blocks of 10,000 tokens, never under lr / 10,000.
constexpr int64_t kRateBlock = 10000;

// Tokens that a thread takes at a time.
constexpr int64_t kChunk = 1024;

// What one thread needs while it works; sized by the caller, so that the kernel files allocate nothing.
struct SgnsScratch {
  uint32_t *words;       // [kChunk + 2 * window + 1] kept tokens; 2 * window + 8 cells before them hold no id
  int64_t *positions;    // same length: corpus position of each kept token
  int32_t *repeats;      // same length + 1: prefix count of tokens that may repeat a recent one
  uint64_t *draws;       // [kDrawBatch * negatives]
  uint32_t *negatives;   // [kDrawBatch * negatives]
  int32_t *windows;      // [kDrawBatch]
  float **contexts;      // [2 * window + 1]
  float *multiplicity;   // [2 * window + 1]
  float **outputs;       // [negatives + 1]
  uint32_t *output_ids;  // [negatives + 1]
  float *weights;        // [blocks * 8], 64-byte aligned: how often each output counts, 0 in unused cells
  float *gradients;      // [blocks * 2 * window * 8], 64-byte aligned
  float *snapshot;       // [2 * window * stride], 64-byte aligned; used with more outputs than a block holds
  float **snapshot_rows;  // [2 * window]
  uint64_t *keys;         // [negatives]
};
constexpr int kDrawBatch = 64;  // centres whose draws are made together
constexpr int kMaxOutputs = 6;  // output rows of a block: 6 rows, 6 sums and 3 temporaries fill 16 registers

// Trains on tokens [begin, end) of the block; one instance of this function per instruction set.
using SgnsRange = void (*)(const SgnsStep &, int64_t begin, int64_t end, SgnsScratch &, SgnsCounters &);

SgnsCounters sgns_step(const SgnsStep &step, SgnsRange range);

}  // namespace embtrain
