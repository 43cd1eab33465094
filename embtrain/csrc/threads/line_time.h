// Measures how far apart the processors of a step's threads are: how long a cache line takes between them.
#pragma once
#include <atomic>

namespace embtrain {

class LineTime {
 public:
  explicit LineTime(int threads);

  // Every thread calls this once. Thread 0 passes a line back and forth with each of the next few threads,
  // some microseconds each; no thread waits longer than half a millisecond for another.
  void meet(int thread);

  // Nanoseconds of the slowest transfer; 0 if no two threads met.
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
