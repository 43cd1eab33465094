#include "threads/workers.h"

#include <atomic>
#include <exception>
#include <mutex>

#include "threads/pool.h"

namespace embtrain {

void run_workers(int threads, std::size_t n, const std::function<void(std::size_t)> &work) {
  run_numbered_workers(threads, n, [&](std::size_t, std::size_t k) { work(k); });
}

void run_numbered_workers(int threads, std::size_t n,
                          const std::function<void(std::size_t, std::size_t)> &work) {
  std::atomic<std::size_t> next{0};
  std::exception_ptr failure;
  std::mutex lock;
  run_parallel(threads, [&](int worker) {
    try {
      for (std::size_t k; (k = next.fetch_add(1)) < n;) work(static_cast<std::size_t>(worker), k);
    } catch (...) {
      const std::lock_guard<std::mutex> guard(lock);
      failure = std::current_exception();
      next = n;
    }
  });
  if (failure) std::rethrow_exception(failure);
}

}  // namespace embtrain
