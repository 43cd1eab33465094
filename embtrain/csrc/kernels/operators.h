// The training operators by name.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "kernels/arguments.h"

namespace embtrain {

struct StepResult {
  std::vector<double> counters;  // what the operator counts, in the order of its contract
  bool interrupted;              // the step ended early
};

// Runs a step whose arguments have been read, on its threads. The calling thread asks from time to time
// whether to stop; then the step ends early and says so.
using RunStep = std::function<StepResult(const std::function<bool()> &is_interrupted)>;

struct Operator {
  const char *name;
  // Reads the arguments and checks them. Throws std::invalid_argument, and isa::Unavailable.
  RunStep (*prepare)(const Arguments &arguments);
};

// Throws std::invalid_argument, which lists the names, if there is no such operator.
const Operator &find_operator(const std::string &name);

}  // namespace embtrain
