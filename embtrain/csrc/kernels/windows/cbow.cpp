// CBOW with negative sampling as an operator; embtrain/ops/cbow/schema.py is the contract.
#include "isa/isa.h"
#include "kernels/draws.h"
#include "kernels/windows/run.h"

namespace embtrain {

EMBTRAIN_VARIANTS(Range, cbow_range)

RunStep cbow(const Arguments &arguments) {
  WindowStep step = read_window_step(arguments, draws::kCbowGroup);
  step.corrected = arguments.flag("corrected");
  return run_window_step(step, cbow_range());
}

}  // namespace embtrain
