// CBOW with negative sampling as an operator; embtrain/ops/cbow/schema.py is the contract.
#include "isa/isa.h"
#include "kernels/windows/run.h"

namespace embtrain {

EMBTRAIN_VARIANTS(WindowKernel, cbow_kernel)

RunStep cbow(const Arguments &arguments) {
  const WindowKernel &kernel = cbow_kernel();
  WindowStep step = read_window_step(arguments, kernel.group);
  step.corrected = arguments.flag("corrected");
  return run_window_step(step, kernel);
}

}  // namespace embtrain
