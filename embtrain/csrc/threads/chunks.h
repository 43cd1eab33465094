// Divides work among threads, and stops them.
#pragma once
#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <vector>

namespace embtrain {

// Numbers [0, chunks) of pieces of work. Each thread begins with a stretch of its own, because neighbouring
// text is about the same words; a thread that has finished its stretch takes chunks from the others'.
class Chunks {
 public:
  Chunks(int64_t chunks, int threads);

  // The thread's next chunk; -1 if all are taken.
  int64_t next(int thread);

 private:
  struct alignas(64) Stretch {
    std::atomic<int64_t> next;
    int64_t end;
    int helped;  // stretches that this stretch's own thread has exhausted
  };
  std::vector<Stretch> stretches_;
};

// Whether all threads must stop. The first thread asks every 20 ms.
class Stop {
 public:
  explicit Stop(const std::function<bool()> &is_interrupted);
  bool now(int thread);

 private:
  using Clock = std::chrono::steady_clock;
  const std::function<bool()> &is_interrupted_;
  Clock::time_point next_;
  std::atomic<bool> stopped_{false};
};

}  // namespace embtrain
