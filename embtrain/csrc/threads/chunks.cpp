#include "threads/chunks.h"

namespace embtrain {
namespace {

constexpr auto kAskEvery = std::chrono::milliseconds(20);

}  // namespace

Chunks::Chunks(int64_t chunks, int threads) : stretches_(static_cast<size_t>(threads)) {
  for (int64_t k = 0; k < threads; ++k) {
    Stretch &stretch = stretches_[static_cast<size_t>(k)];
    stretch.next = chunks * k / threads;
    stretch.end = chunks * (k + 1) / threads;
    stretch.helped = 0;
  }
}

int64_t Chunks::next(int thread) {
  const int threads = static_cast<int>(stretches_.size());
  // Written by this thread alone.
  int &seen = stretches_[static_cast<size_t>(thread)].helped;
  for (; seen < threads; ++seen) {
    Stretch &stretch = stretches_[static_cast<size_t>((thread + seen) % threads)];
    const int64_t chunk = stretch.next.fetch_add(1);
    if (chunk < stretch.end) return chunk;
  }
  return -1;
}

Stop::Stop(const std::function<bool()> &is_interrupted)
    : is_interrupted_(is_interrupted), next_(Clock::now() + kAskEvery) {}

bool Stop::now(int thread) {
  if (thread == 0 && Clock::now() >= next_) {
    if (is_interrupted_()) stopped_ = true;
    next_ = Clock::now() + kAskEvery;
  }
  return stopped_.load(std::memory_order_relaxed);
}

}  // namespace embtrain
