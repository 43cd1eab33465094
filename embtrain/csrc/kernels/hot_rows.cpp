#include "kernels/hot_rows.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <new>

#include "isa/isa.h"
#include "threads/line_time.h"
#include "threads/pool.h"

namespace embtrain {

EMBTRAIN_VARIANTS(MergeRow, merge_row)

namespace {

// Up to this number of threads, changes are simply summed: two full steps overshoot the optimum by no more
// than the distance from which they started, so nothing oscillates, and what each thread has learnt counts in
// full.
constexpr int kPair = 2;

// Rows with copies, measured with 2 threads at dim 100: on cores that share a cache, 26 ns away from each
// other, more than 64 cost more than they save; on cores 166 ns away, speed rises up to 16,384. With more
// threads, more is learnt between merges and less of it is kept: 16 threads with 4,096 rows answer a tenth
// fewer analogies correctly than with 64, at a tenth more speed; four threads with 4,096 rows answer a
// fiftieth fewer than with 1,024.
constexpr int64_t kNearRows = 64, kFarRows = 16384;

int64_t far_rows(int threads) {
  const int64_t rows = threads > kPair ? kFarRows / (int64_t{threads} * threads) : kFarRows;
  return rows > kNearRows ? rows : kNearRows;
}

constexpr int64_t kItemsForRow = 128;  // of a step, that make copying and merging a row worthwhile
constexpr double kFarNanoseconds = 90;
constexpr int64_t kMostBytes = int64_t{64} << 20;  // for the copies of all threads
constexpr int64_t kStripe = 16;                    // rows that are merged together
// The first kFrequent rows are merged every kPeriod chunks by two threads, every kManyPeriod / threads by
// more; rows twice as far down are half as frequent (Zipf) and merged half as often, so that each has about
// as many changes to merge. Measured like the rows: from 8 to 32 chunks, two threads learn the same.
constexpr int64_t kFrequent = 64, kPeriod = 16, kManyPeriod = 8;
// How far a use moves a row at a learning rate of 1. Measured with 2 to 64 threads that walk in step: with a
// lower value many threads oscillate, with a higher one they learn less.
constexpr double kPull = 1;

struct Free {
  void operator()(float *p) const { std::free(p); }
};

// 64-byte aligned; null for none.
float *allocate(int64_t floats) {
  if (!floats) return nullptr;
  void *const memory = std::aligned_alloc(64, static_cast<size_t>(floats) * sizeof(float));
  if (!memory) throw std::bad_alloc();
  return static_cast<float *>(memory);
}

// What a calling thread keeps from step to step.
struct Kept {
  std::unique_ptr<float, Free> memory;
  int64_t size = 0;  // floats
  bool far = false;

  // At least this many floats, 64-byte aligned.
  float *take(int64_t floats) {
    if (size < floats) {
      memory.reset();
      size = 0;
      memory.reset(allocate(floats));
      size = floats;
    }
    return memory.get();
  }
};

std::atomic<double> assumed{0};
std::atomic<bool> in_step{false};

Kept &kept() {
  static thread_local Kept of_this_thread;
  return of_this_thread;
}

// Whether the threads' cores are far apart now; the previous answer if the threads do not meet.
bool are_far(int threads) {
  double distance = assumed;
  if (distance <= 0) {
    LineTime time(threads);
    run_parallel(threads, [&](int thread) { time.meet(thread); });
    distance = time.nanoseconds();
  }
  if (distance > 0) kept().far = distance > kFarNanoseconds;
  return kept().far;
}

int64_t period_of(int64_t row, int threads) {
  int64_t period = threads <= kPair ? kPeriod : threads < kManyPeriod ? kManyPeriod / threads : 1;
  for (int64_t first = kFrequent; first <= row; first *= 2) period *= 2;
  return period;
}

int64_t stripes_of(int64_t rows) { return (rows + kStripe - 1) / kStripe; }

}  // namespace

void HotPlan::Free::operator()(float *p) const { std::free(p); }

HotPlan::HotPlan(const ScheduledStep &step, std::vector<float *> of_step, int64_t items, int n_threads,
                 Copies copies)
    : tables(std::move(of_step)), threads(n_threads), merge_row(embtrain::merge_row()) {
  if (threads <= 1) return;
  const int64_t of_row =
      2 * static_cast<int64_t>(tables.size()) * step.stride;  // the copy, and the row as last merged
  const int64_t most = kMostBytes / (static_cast<int64_t>(sizeof(float)) * of_row * threads);
  const int64_t worth = items / kItemsForRow;
  // In a short step the distance makes no difference and is not measured.
  if (copies == Copies::kAll)
    rows = step.rows;
  else
    rows = worth > kNearRows && are_far(threads) ? std::min(worth, far_rows(threads)) : kNearRows;
  rows = std::min({rows, most, step.rows});
  counted = threads > kPair ? rows : 0;
  locks = std::vector<std::mutex>(static_cast<size_t>(stripes_of(rows)));
  const int64_t floats = rows * of_row * threads;
  if (copies == Copies::kAll) {
    of_all_.reset(allocate(floats));
    memory = of_all_.get();
    return;
  }
  memory = kept().take(floats);
  if (in_step) walkers_ = std::make_unique<Walkers>(threads);
}

void assume_core_distance(double nanoseconds) { assumed = nanoseconds; }

void walk_in_step(bool now) { in_step = now; }

void Walkers::wait() {
  std::unique_lock<std::mutex> lock(mutex_);
  const uint64_t round = round_;
  if (++here_ >= n_) {
    here_ = 0;
    ++round_;
    all_here_.notify_all();
    return;
  }
  all_here_.wait(lock, [&] { return round_ != round; });
}

void Walkers::leave() {
  std::lock_guard<std::mutex> lock(mutex_);
  if (here_ < --n_ || n_ == 0) return;
  here_ = 0;
  ++round_;
  all_here_.notify_all();
}

// n uses move a row by the share f = 1 - exp(-kPull * rate * n) of the way to its optimum; T times n uses,
// one after another, move it by 1 - (1 - f)^T. The share returned makes the sum of T changes that long.
float share_of(int64_t uses, float rate, int threads) {
  if (threads <= kPair) return 1;
  const double way = kPull * static_cast<double>(rate) * static_cast<double>(uses);
  if (way < 1e-6) return 1;
  return static_cast<float>(std::expm1(-way * threads) / (threads * std::expm1(-way)));
}

HotRows::HotRows(const ScheduledStep &step, HotPlan &plan, int thread)
    : step_(step),
      plan_(plan),
      thread_(thread),
      size_(plan.rows * step.stride),
      stripes_(stripes_of(plan.rows)),
      own_(plan.memory + 2 * n_tables() * size_ * thread),
      before_(own_ + n_tables() * size_),
      uses_(static_cast<size_t>(n_tables() * (plan.counted + 1))),
      rate_(rate_at(step, step.position)) {}

// Calls work(shared, own, before, uses) for each row of the stripe in all tables, while no other thread does.
template <class Work>
void HotRows::with_stripe(int64_t stripe, Work work) {
  const int64_t first = stripe * kStripe, end = first + kStripe < plan_.rows ? first + kStripe : plan_.rows;
  std::lock_guard<std::mutex> lock(plan_.locks[static_cast<size_t>(stripe)]);
  for (int64_t table = 0; table < n_tables(); ++table)
    for (int64_t row = first; row < end; ++row) {
      const int64_t at = row * step_.stride, own = table * size_ + at;
      const int64_t use = table * (plan_.counted + 1) + std::min(row, plan_.counted);
      work(plan_.tables[static_cast<size_t>(table)] + at, own_ + own, before_ + own,
           uses_[static_cast<size_t>(use)]);
    }
}

void HotRows::load() {
  const auto size = static_cast<size_t>(step_.stride) * sizeof(float);
  for (int64_t k = 0; k < stripes_; ++k)
    with_stripe(stripe_at(k), [size](const float *shared, float *own, float *before, uint32_t &) {
      std::memcpy(own, shared, size);
      std::memcpy(before, shared, size);
    });
}

void HotRows::merge(int64_t stripe) {
  with_stripe(stripe, [this](float *shared, float *own, float *before, uint32_t &uses) {
    plan_.merge_row(shared, own, before, step_.stride, share_of(uses, rate_, plan_.threads));
    uses = 0;
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
