// How far apart the processors of a step's threads are: the time that a cache line takes from one to another.
#pragma once
#include <atomic>

namespace embtrain {

class LineTime {
 public:
  explicit LineTime(int threads);

  // Every thread calls this once. Thread 0 passes a line back and forth with each of the next few threads,
  // some microseconds each; no thread waits longer than half a millisecond for one that does not come.
  void meet(int thread);

  // Nanoseconds of the slowest way, 0 where no two threads met.
  double nanoseconds() const { return slowest_; }

 private:
  static constexpr int kMost = 8;
  struct alignas(64) Line {
    std::atomic<int> word{0};
  };
  static double measure(Line &line);
  static void answer(Line &line);

  int others_;
  Line lines_[kMost];
  double slowest_ = 0;
};

}  // namespace embtrain
