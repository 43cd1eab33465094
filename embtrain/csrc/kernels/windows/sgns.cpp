// Skip-gram with negative sampling as an operator; embtrain/ops/sgns/schema.py is the contract.
#include "isa/isa.h"
#include "kernels/windows/run.h"

namespace embtrain {

EMBTRAIN_VARIANTS(WindowKernel, sgns_kernel)

RunStep sgns(const Arguments &arguments) {
  const WindowKernel &kernel = sgns_kernel();
  return run_window_step(read_window_step(arguments, kernel.group), kernel);
}

}  // namespace embtrain
