#include "threads/pool.h"

#include <unistd.h>

#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>
#include <vector>

namespace embtrain {
namespace {

class Pool {
 public:
  void run(int threads, const std::function<void(int)> &work) {
    std::lock_guard<std::mutex> one_call(call_);
    while (static_cast<int>(workers_.size()) < threads - 1) {
      const int index = static_cast<int>(workers_.size()) + 1;
      workers_.emplace_back([this, index, seen = round_] { serve(index, seen); });
    }
    {
      std::lock_guard<std::mutex> lock(state_);
      work_ = &work;
      active_ = threads;
      pending_ = threads - 1;
      ++round_;
    }
    start_.notify_all();
    work(0);
    std::unique_lock<std::mutex> lock(state_);
    done_.wait(lock, [this] { return pending_ == 0; });
  }

 private:
  void serve(int index, uint64_t seen) {
    std::unique_lock<std::mutex> lock(state_);
    for (;;) {
      start_.wait(lock, [&] { return round_ != seen; });
      seen = round_;
      if (index >= active_) continue;
      const auto *work = work_;
      lock.unlock();
      (*work)(index);
      lock.lock();
      if (--pending_ == 0) done_.notify_one();
    }
  }

  std::mutex call_, state_;
  std::condition_variable start_, done_;
  std::vector<std::thread> workers_;
  const std::function<void(int)> *work_ = nullptr;
  int active_ = 0, pending_ = 0;
  uint64_t round_ = 0;
};

}  // namespace

void run_parallel(int threads, const std::function<void(int)> &work) {
  if (threads <= 1) return work(0);
  // Never destroyed: its threads sleep until the process ends. A forked child has no workers, hence the
  // process id.
  static Pool *pool = nullptr;
  static pid_t owner = 0;
  static std::mutex creation;
  {
    std::lock_guard<std::mutex> lock(creation);
    if (owner != getpid()) {
      pool = new Pool;
      owner = getpid();
    }
  }
  pool->run(threads, work);
}

}  // namespace embtrain
