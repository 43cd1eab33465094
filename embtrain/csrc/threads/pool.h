// Worker threads that stay alive between steps, so that ten steps a second cost nothing.
#pragma once
#include <functional>

namespace embtrain {

// Runs work(0) ... work(threads - 1) at the same time, work(0) on the calling thread, and returns when all
// are done. Safe to call from several threads (calls wait for each other) and after fork (the child starts
// workers of its own).
void run_parallel(int threads, const std::function<void(int)> &work);

}  // namespace embtrain
