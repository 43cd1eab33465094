// Reads the arguments of a step for the objectives that train on windows, and runs it on several threads.
#pragma once
#include "kernels/operators.h"
#include "kernels/windows/window_step.h"

namespace embtrain {

// Reads the arguments that these objectives share, for groups of `group` centres. Throws
// std::invalid_argument.
WindowStep read_window_step(const Arguments &arguments, int group);

// Runs the step; its counters are words, kept, pairs, loss. The function throws std::out_of_range for ids,
// offsets, bags or alias cells outside the tables; except for the last, nothing has been trained then.
RunStep run_window_step(const WindowStep &step, const WindowKernel &kernel);

}  // namespace embtrain
