// Which instruction set the kernels use: the best one that this processor has, or the one that EMBTRAIN_ISA
// names.
#pragma once
#include <string>
#include <vector>

#include "kernels/step.h"

namespace embtrain {

struct InstructionSet {
  const char *name;
  bool (*available)();
  Range sgns, cbow;
  MergeRow merge_row;
};

// Sets compiled into this module, best first; `available` says whether this processor can run one.
const std::vector<InstructionSet> &instruction_sets();

// The set in use. Throws std::invalid_argument when EMBTRAIN_ISA names one that is unknown or unavailable.
const InstructionSet &instruction_set();

// Uses another set from now on (for tests). Throws std::invalid_argument as above.
void use_instruction_set(const std::string &name);

}  // namespace embtrain
