// CBOW with negative sampling as an operator; embtrain/ops/cbow/schema.py is the contract.
#include "isa/isa.h"
#include "kernels/windows/run.h"

namespace embtrain {

EMBTRAIN_VARIANTS(WindowKernel, cbow_kernel)
EMBTRAIN_VARIANTS(WindowKernel, weighted_cbow_kernel)

namespace {

// The weights of places; a table without rows means that there are none.
void read_positions(const Arguments &arguments, const Table &positions, WindowStep &step) {
  step.position_rate = arguments.number("position_rate");
  require(step.position_rate > 0, "position_rate must be above 0");
  if (!positions.rows) return;
  Step expected = step;
  expected.rows = 2 * int64_t{step.window};
  check_table(expected, "positions", positions);
  step.positions = positions.data;
  step.n_positions = positions.rows;
}

}  // namespace

RunStep cbow(const Arguments &arguments) {
  const Table positions = arguments.table("positions");
  const WindowKernel &kernel = positions.rows ? weighted_cbow_kernel() : cbow_kernel();
  WindowStep step = read_window_step(arguments, kernel.group);
  step.corrected = arguments.flag("corrected");
  read_positions(arguments, positions, step);
  return run_window_step(step, kernel);
}

}  // namespace embtrain
