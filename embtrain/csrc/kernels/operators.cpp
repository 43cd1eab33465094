#include "kernels/operators.h"

#include <stdexcept>

// X(name) for every operator: a function of that name prepares its steps.
#define EMBTRAIN_OPERATORS(X) \
  X(sgns)                     \
  X(cbow)                     \
  X(glove)

namespace embtrain {

#define EMBTRAIN_DECLARE_OPERATOR(name) RunStep name(const Arguments &arguments);
EMBTRAIN_OPERATORS(EMBTRAIN_DECLARE_OPERATOR)

const Operator &find_operator(const std::string &name) {
#define EMBTRAIN_LIST_OPERATOR(name) {#name, name},
  static constexpr Operator operators[] = {EMBTRAIN_OPERATORS(EMBTRAIN_LIST_OPERATOR)};
  std::string known;
  for (const Operator &candidate : operators) {
    if (candidate.name == name) return candidate;
    known += (known.empty() ? "" : ", ") + std::string(candidate.name);
  }
  throw std::invalid_argument("unknown operator '" + name + "', expected one of: " + known);
}

}  // namespace embtrain
