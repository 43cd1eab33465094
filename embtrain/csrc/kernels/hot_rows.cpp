#include "kernels/hot_rows.h"

#include <atomic>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace embtrain {
namespace {

// Rows with copies, measured with 2 threads at dim 100 and 300: on cores that share a cache, 26 ns away from
// each other, more than 64 cost more than they save; on cores 166 ns away, speed rises up to 4,096.
constexpr int64_t kNearRows = 64, kFarRows = 4096;
constexpr double kFarNanoseconds = 90;
constexpr int kMeasureEvery = 4;                   // steps
constexpr int64_t kMostBytes = int64_t{64} << 20;  // for the copies of all threads
constexpr int64_t kStripe = 16;                    // rows that are merged together
// The first kFrequent rows are merged every kPeriod chunks, divided by the threads; rows twice as far down
// are half as frequent (Zipf) and merged half as often, so that each has about as many changes to merge.
constexpr int64_t kFrequent = 64, kPeriod = 8;

struct Free {
  void operator()(float *p) const { std::free(p); }
};

// What a calling thread keeps from step to step.
struct Kept {
  std::unique_ptr<float, Free> memory;
  int64_t size = 0;  // floats
  int64_t steps = 0;
  bool far = false;

  // At least this many floats, 64-byte aligned.
  float *take(int64_t floats) {
    if (size < floats) {
      memory.reset();
      size = 0;
      memory.reset(static_cast<float *>(std::aligned_alloc(64, static_cast<size_t>(floats) * sizeof(float))));
      if (!memory) throw std::bad_alloc();
      size = floats;
    }
    return memory.get();
  }
};

std::atomic<double> assumed{0};

Kept &kept() {
  static thread_local Kept of_this_thread;
  return of_this_thread;
}

int64_t period_of(int64_t row, int threads) {
  int64_t period = threads < kPeriod ? kPeriod / threads : 1;
  for (int64_t first = kFrequent; first <= row; first *= 2) period *= 2;
  return period;
}

int64_t stripes_of(int64_t rows) { return (rows + kStripe - 1) / kStripe; }

}  // namespace

HotPlan::HotPlan(const Step &step, int n_threads) : threads(n_threads), time_(n_threads) {
  if (threads <= 1) return;
  measures_ = kept().steps++ % kMeasureEvery == 0;
  const int64_t of_row = 4 * step.stride;  // two tables, each row as it is and as it was
  const int64_t most = kMostBytes / (static_cast<int64_t>(sizeof(float)) * of_row * threads);
  const double distance = assumed;
  rows = (distance > 0 ? distance > kFarNanoseconds : kept().far) ? kFarRows : kNearRows;
  if (most < rows) rows = most;
  if (step.rows < rows) rows = step.rows;
  memory = kept().take(rows * of_row * threads);
  locks = std::vector<std::mutex>(static_cast<size_t>(stripes_of(rows)));
}

void assume_core_distance(double nanoseconds) { assumed = nanoseconds; }

void HotPlan::meet(int thread) {
  if (measures_) time_.meet(thread);
}

void HotPlan::learn() const {
  if (time_.nanoseconds() > 0) kept().far = time_.nanoseconds() > kFarNanoseconds;
}

HotRows::HotRows(const Step &step, HotPlan &plan, int thread)
    : step_(step),
      plan_(plan),
      thread_(thread),
      size_(plan.rows * step.stride),
      stripes_(stripes_of(plan.rows)),
      own_(plan.memory + 4 * size_ * thread),
      before_(own_ + 2 * size_) {}

// Calls work(shared, own, before, floats) for each table, while no other thread does so for the stripe.
template <class Work>
void HotRows::with_stripe(int64_t stripe, Work work) {
  const int64_t first = stripe * kStripe * step_.stride, last = first + kStripe * step_.stride;
  const int64_t floats = (last < size_ ? last : size_) - first;
  std::lock_guard<std::mutex> lock(plan_.locks[static_cast<size_t>(stripe)]);
  work(step_.input + first, own_ + first, before_ + first, floats);
  work(step_.output + first, own_ + size_ + first, before_ + size_ + first, floats);
}

void HotRows::load() {
  for (int64_t k = 0; k < stripes_; ++k)
    with_stripe(stripe_at(k), [](const float *shared, float *own, float *before, int64_t floats) {
      std::memcpy(own, shared, static_cast<size_t>(floats) * sizeof(float));
      std::memcpy(before, shared, static_cast<size_t>(floats) * sizeof(float));
    });
}

void HotRows::merge(int64_t stripe) {
  with_stripe(stripe,
              [](float *__restrict shared, float *__restrict own, float *__restrict before, int64_t floats) {
                for (int64_t d = 0; d < floats; ++d) {
                  const float now = shared[d] + (own[d] - before[d]);
                  shared[d] = own[d] = before[d] = now;
                }
              });
}

void HotRows::merge_due(int64_t chunks) {
  for (int64_t stripe = 0; stripe < stripes_; ++stripe)
    if ((chunks + stripe + thread_) % period_of(stripe * kStripe, plan_.threads) == 0) merge(stripe);
}

void HotRows::merge_all() {
  for (int64_t k = 0; k < stripes_; ++k) merge(stripe_at(k));
}

}  // namespace embtrain
