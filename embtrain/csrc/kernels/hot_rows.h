// Copies of the most frequent words' rows, a set for each thread.
//
// Rows that several threads keep writing travel between the processors' caches; between cores that share no
// cache this took so long that two threads were slower than one. So each thread works on copies of these rows
// and from time to time adds its changes to the shared ones (Vuurens, Eickhoff and de Vries 2016, "Efficient
// Parallel Learning of Word2Vec", cache frequent rows for the same reason). Adding takes a lock, so nothing
// is lost. All other rows are shared without locks (Hogwild). How many rows are worth copying depends on the
// distance between the cores, which is measured before each step.
//
// The changes that T > 2 threads have made to a row at the same time are not simply summed: if each of them
// has moved the row all the way to its optimum, the sum moves it T times as far, and it diverges. See
// `share_of`.
#pragma once
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/merge_row.h"
#include "kernels/step.h"
#include "kernels/table_view.h"

namespace embtrain {

// Threads that wait for each other.
class Walkers {
 public:
  explicit Walkers(int n) : n_(n) {}
  void wait();
  void leave();

 private:
  std::mutex mutex_;
  std::condition_variable all_here_;
  int n_, here_ = 0;
  uint64_t round_ = 0;
};

// Which rows have copies: as many of the first ones as are worth it, or all, for a table that every item
// uses.
enum class Copies { kFrequent, kAll };

// The state that all threads of a step share. The calling thread keeps the measurements, and the
// memory of the frequent rows, for its next step.
class HotPlan {
 public:
  // For tables of the step's shape and `items` items, each of which uses some of the rows. Measures how far
  // apart the threads' cores are, unless the step is short. Throws std::bad_alloc, and isa::Unavailable.
  HotPlan(const ScheduledStep &step, std::vector<float *> tables, int64_t items, int threads,
          Copies copies = Copies::kFrequent);

  // Waits for the other threads if all walk in step. A thread calls `leave` when it has nothing left to do.
  void wait() {
    if (walkers_) walkers_->wait();
  }
  void leave() {
    if (walkers_) walkers_->leave();
  }

  int64_t rows = 0;     // of each table that have copies; 0 with one thread
  int64_t counted = 0;  // rows among them whose uses are counted: 0 where `share_of` does not need the counts
  const std::vector<float *> tables;
  const int threads;
  const MergeRow merge_row;
  float *memory = nullptr;
  std::vector<std::mutex> locks;  // one for each stripe of rows

 private:
  struct Free {
    void operator()(float *p) const;
  };

  std::unique_ptr<float, Free> of_all_;  // the memory of Copies::kAll
  std::unique_ptr<Walkers> walkers_;
};

// Assumes that cores are this far apart, in nanoseconds, instead of measuring it; 0 measures again. For
// tests.
void assume_core_distance(double nanoseconds);

// Makes all threads advance together, even with fewer processors than threads: no thread merges before all
// have done the same number of chunks. For tests.
void walk_in_step(bool in_step);

// The share of its change that a thread adds to a row that it has used `uses` times since its last merge, at
// a learning rate, while `threads` threads do the same: 1 for a small change, 1 / threads for a change that
// has reached the optimum; always 1 for two threads.
float share_of(int64_t uses, float rate, int threads);

// The copies of one thread, valid for one step. Ids are assumed to be ranks by frequency; other ids would be
// slower, not wrong.
class HotRows {
 public:
  HotRows(const ScheduledStep &step, HotPlan &plan, int thread);

  // Copies the shared rows as they are now.
  void load();
  // Merges the rows that are due after this thread's first `chunks` chunks: adds its changes to the shared
  // rows and takes over those of the other threads.
  void merge_due(int64_t chunks);
  void merge_all();

  // Table k of the plan.
  TableView view(int k) {
    return {plan_.tables[static_cast<size_t>(k)], own_ + k * size_, plan_.rows, plan_.counted,
            uses_.data() + k * (plan_.counted + 1)};
  }

 private:
  template <class Work>
  void with_stripe(int64_t stripe, Work work);
  void merge(int64_t stripe);
  int64_t n_tables() const { return static_cast<int64_t>(plan_.tables.size()); }
  int64_t stripe_at(int64_t k) const { return (k + thread_) % stripes_; }

  const ScheduledStep &step_;
  HotPlan &plan_;
  const int thread_;
  const int64_t size_, stripes_;  // floats of a table's copies; stripes of rows, each with a lock
  float *own_, *before_;          // [tables][rows][stride]: copies; the same when last merged
  std::vector<uint32_t> uses_;    // [tables][counted + 1], see TableView
  const float rate_;
};

}  // namespace embtrain
