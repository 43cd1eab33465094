// Skip-gram with negative sampling as an operator; embtrain/ops/sgns/schema.py is the contract.
#include "isa/isa.h"
#include "kernels/draws.h"
#include "kernels/windows/run.h"

namespace embtrain {

EMBTRAIN_VARIANTS(Range, sgns_range)

RunStep sgns(const Arguments &arguments) {
  return run_window_step(read_window_step(arguments, draws::kSkipGramGroup), sgns_range());
}

}  // namespace embtrain
