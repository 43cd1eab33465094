#include "kernels/hot_rows.h"

#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

namespace embtrain {
namespace {

// Measured with 2 threads, dim 100: fewer rows are slower where cores are far apart, more where they share a
// cache.
constexpr int64_t kMostRows = 4096;
constexpr int64_t kMostBytes = int64_t{64} << 20;  // for the copies of all threads
constexpr int64_t kStripe = 16;                    // rows that are merged together
// The first kFrequent rows are merged every kPeriod chunks, divided by the threads; rows twice as far down
// are half as frequent (Zipf) and merged half as often, so that each has about as many changes to merge.
constexpr int64_t kFrequent = 64, kPeriod = 8;

struct Free {
  void operator()(float *p) const { std::free(p); }
};

// At least this many floats, 64-byte aligned, the caller thread's own.
float *memory_of_thread(int64_t floats) {
  static thread_local std::unique_ptr<float, Free> memory;
  static thread_local int64_t size = 0;
  if (size < floats) {
    memory.reset();
    size = 0;
    memory.reset(static_cast<float *>(std::aligned_alloc(64, static_cast<size_t>(floats) * sizeof(float))));
    if (!memory) throw std::bad_alloc();
    size = floats;
  }
  return memory.get();
}

int64_t period_of(int64_t row, int threads) {
  int64_t period = threads < kPeriod ? kPeriod / threads : 1;
  for (int64_t first = kFrequent; first <= row; first *= 2) period *= 2;
  return period;
}

int64_t stripes_of(int64_t rows) { return (rows + kStripe - 1) / kStripe; }

}  // namespace

HotRows::Plan HotRows::plan(const Step &step, int threads) {
  Plan plan;
  if (threads <= 1) return plan;
  const int64_t of_row = 4 * step.stride;  // two tables, each row as it is and as it was
  const int64_t most = kMostBytes / (static_cast<int64_t>(sizeof(float)) * of_row * threads);
  plan.rows = kMostRows < most ? kMostRows : most;
  if (step.rows < plan.rows) plan.rows = step.rows;
  plan.memory = memory_of_thread(plan.rows * of_row * threads);
  plan.locks = Locks(static_cast<size_t>(stripes_of(plan.rows)));
  return plan;
}

HotRows::HotRows(const Step &step, Plan &plan, int threads, int thread)
    : step_(step),
      plan_(plan),
      threads_(threads),
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
    if ((chunks + stripe + thread_) % period_of(stripe * kStripe, threads_) == 0) merge(stripe);
}

void HotRows::merge_all() {
  for (int64_t k = 0; k < stripes_; ++k) merge(stripe_at(k));
}

}  // namespace embtrain
