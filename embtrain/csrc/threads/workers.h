// Distributes pieces of work over threads.
#pragma once
#include <cstddef>
#include <functional>

namespace embtrain {

// Calls work(k) for every k below n. An exception of one thread stops the others after their current piece
// and is thrown here.
void run_workers(int threads, std::size_t n, const std::function<void(std::size_t)> &work);

// The same with work(worker, k): two calls with the same worker, below `threads`, never run at the same time.
void run_numbered_workers(int threads, std::size_t n,
                          const std::function<void(std::size_t, std::size_t)> &work);

}  // namespace embtrain
