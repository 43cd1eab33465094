#include "threads/line_time.h"

#include <chrono>

namespace embtrain {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int kBatches = 4, kRounds = 8;
constexpr auto kPatience = std::chrono::microseconds(500);
constexpr int kHere = 1, kGone = -1;

// Waits until the line holds `wanted`; false if that takes too long or the other thread is gone.
bool wait_for(const std::atomic<int> &word, int wanted, Clock::time_point until) {
  for (int spins = 0;; ++spins) {
    const int now = word.load(std::memory_order_acquire);
    if (now == wanted) return true;
    if (now == kGone || (spins % 256 == 255 && Clock::now() > until)) return false;
  }
}

}  // namespace

LineTime::LineTime(int threads) : others_(threads - 1 < kMost ? threads - 1 : kMost) {}

// The fastest of several batches, because a thread may lose its processor at any time.
double LineTime::measure(Line &line) {
  const auto until = Clock::now() + kPatience;
  double best = 0;
  int word = kHere;
  bool meets = wait_for(line.word, word, until);
  for (int batch = 0; meets && batch < kBatches; ++batch) {
    const auto started = Clock::now();
    for (int round = 0; meets && round < kRounds; ++round, word += 2) {
      line.word.store(word + 1, std::memory_order_release);
      meets = wait_for(line.word, word + 2, until);
    }
    const double each =
        std::chrono::duration<double, std::nano>(Clock::now() - started).count() / (2 * kRounds);
    if (meets && (best == 0 || each < best)) best = each;
  }
  line.word.store(kGone, std::memory_order_release);
  return best;
}

void LineTime::answer(Line &line) {
  const auto until = Clock::now() + kPatience;
  int word = kHere, unmet = 0;
  if (!line.word.compare_exchange_strong(unmet, word)) return;  // thread 0 is gone
  for (; wait_for(line.word, word + 1, until); word += 2)
    line.word.store(word + 2, std::memory_order_release);
}

void LineTime::meet(int thread) {
  if (thread > 0 && thread <= others_) answer(lines_[thread - 1]);
  if (thread > 0) return;
  for (int k = 0; k < others_; ++k) {
    const double time = measure(lines_[k]);
    slowest_ = time > slowest_ ? time : slowest_;
  }
}

}  // namespace embtrain
