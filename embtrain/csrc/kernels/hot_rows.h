// Copies of the most frequent words' rows, a set for each thread.
//
// Rows that several threads write all the time travel between the processors' caches; between cores that
// share none this takes so long that two threads were slower than one. So each thread works on copies of
// these rows and now and then adds what it has changed to the shared ones (Vuurens, Eickhoff and de Vries
// 2016, "Efficient Parallel Learning of Word2Vec", cache frequent rows for the same reason). Adding takes a
// lock: nothing is lost. All other rows are shared without locks (Hogwild).
#pragma once
#include <cstdint>
#include <mutex>
#include <vector>

#include "kernels/step.h"

namespace embtrain {

// The copies of one thread, valid for one step. Ids are taken for ranks by frequency; others would be
// slower, not wrong.
class HotRows {
 public:
  using Locks = std::vector<std::mutex>;

  // What all threads of a step share: how many rows of each table have copies, and the memory for them.
  struct Plan {
    int64_t rows = 0;  // 0 with one thread
    float *memory = nullptr;
    Locks locks;
  };
  // Memory stays with the calling thread, for its next step. Throws std::bad_alloc.
  static Plan plan(const Step &step, int threads);

  HotRows(const Step &step, Plan &plan, int threads, int thread);

  // Takes the shared rows as they are now.
  void load();
  // Adds this thread's changes to the shared rows and takes the others', for rows that are due after so many
  // chunks of this thread.
  void merge_due(int64_t chunks);
  void merge_all();

  TableView input() const { return {step_.input, own_, plan_.rows}; }
  TableView output() const { return {step_.output, own_ + size_, plan_.rows}; }

 private:
  template <class Work>
  void with_stripe(int64_t stripe, Work work);
  void merge(int64_t stripe);
  int64_t stripe_at(int64_t k) const { return (k + thread_) % stripes_; }

  const Step &step_;
  Plan &plan_;
  const int threads_, thread_;
  const int64_t size_, stripes_;  // floats of a table's copies; stripes of rows, each with a lock
  float *own_, *before_;          // [2][rows][stride]: input's and output's copies; the same when last merged
};

}  // namespace embtrain
