// A step of the objectives that train on windows of words, as their kernels see it.
#pragma once
#include <cstdint>

#include "kernels/step.h"
#include "kernels/windows/scratch.h"

namespace embtrain {

// A word's row is its row of the input table, or the mean of the rows of its bag if words have bags.
struct WindowStep : ScheduledStep {
  float *input, *output;  // `rows` rows each; with bags, input has `input_rows`
  int64_t input_rows;
  const uint32_t *ids;       // [tokens]
  const int64_t *sentences;  // [n_sentences + 1], offsets into ids
  int64_t n_sentences;
  const float *keep;           // [rows] probability to keep a token
  const uint64_t *alias;       // [rows] threshold << 32 | alias
  const uint32_t *bags;        // [bag_offsets[rows]] rows of the input table
  const int64_t *bag_offsets;  // [rows + 1] where the bag of each word begins; null without bags
  const int32_t *frozen;       // [input_rows] not 0: the row is used and never changed; null if none is
  int window;                  // largest reach
  // A reach is the least one and a draw below the number of choices; a fixed window has one choice.
  int least_reach, reaches;
  int shared_negatives;  // drawn for a group of centres; the option `negatives` is what each of its windows
                         // gets
  float weight;          // of each of them
  bool corrected;        // CBOW only: whether a context word gets the error divided by the number of contexts
  // CBOW only: weights of the places of a window, `window` before the centre and as many after it; null
  // without.
  float *positions;      // [2 * window, stride]
  int64_t n_positions;   // 2 * window; 0 without
  double position_rate;  // their learning rate, in learning rates of the rows
};

struct Counters {
  int64_t words = 0;  // tokens before subsampling
  int64_t kept = 0;   // centres after subsampling
  int64_t pairs = 0;  // positive pairs
  double loss = 0;    // summed over positive and unmasked negative pairs
  bool bad_alias = false;
  bool interrupted = false;
};

// Tokens of a chunk, which a thread takes at a time.
constexpr int64_t kChunkTokens = 1024;

// Trains on tokens [begin, end) of the block.
using Range = void (*)(const WindowStep &, int64_t begin, int64_t end, Scratch &, Counters &);

// The kernel of an objective; one for each instruction set.
struct WindowKernel {
  Range range;     // for words that are rows of the table
  Range composed;  // for words that have bags
  int group;       // consecutive centres that share their negatives
};

}  // namespace embtrain
