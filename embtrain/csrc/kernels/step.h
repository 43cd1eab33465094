// The arguments of a training step that do not depend on its objective.
#pragma once
#include <cstdint>

namespace embtrain {

// Arguments that all objectives share; embtrain/ops/windows/contract.py is the contract. Rows of every table
// are `stride` floats apart, 64-byte aligned, stride a multiple of 16; columns from dim on are zero and stay
// zero.
struct Step {
  int64_t rows, stride, dim;
  int64_t position;  // of the step's first item in the corpus
  double lr;         // the learning rate, or what it begins as
  uint64_t seed, epoch;
  int threads;
};

// A step whose learning rate falls over a training, see rate_at.
struct ScheduledStep : Step {
  int64_t corpus_tokens, epochs;
  double min_lr;  // the rate at the end
};

// Learning rate at a position: linear from lr to min_lr, in blocks of 10,000 tokens, never below lr / 10,000.
constexpr int64_t kRateBlock = 10000;

static inline float rate_at(const ScheduledStep &step, int64_t position) {
  const int64_t block = position / kRateBlock * kRateBlock;
  const double done =
      static_cast<double>(step.corpus_tokens) * static_cast<double>(step.epoch) + static_cast<double>(block);
  const double total = static_cast<double>(step.corpus_tokens) * static_cast<double>(step.epochs);
  const double share = 1 - (1 - step.min_lr / step.lr) * (done / total);
  return static_cast<float>(step.lr * (share > 1e-4 ? share : 1e-4));
}

}  // namespace embtrain
