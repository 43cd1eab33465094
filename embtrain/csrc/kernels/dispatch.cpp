#include "kernels/dispatch.h"

#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace embtrain {

#define EMBTRAIN_KERNELS(isa)                                                   \
  void sgns_range_##isa(const Step &, int64_t, int64_t, Scratch &, Counters &); \
  void cbow_range_##isa(const Step &, int64_t, int64_t, Scratch &, Counters &); \
  void merge_row_##isa(float *, float *, float *, int64_t, float);
EMBTRAIN_KERNELS(baseline)
EMBTRAIN_KERNELS(avx2)
EMBTRAIN_KERNELS(avx512)

namespace {

std::atomic<const InstructionSet *> in_use{nullptr};

const InstructionSet &find(const std::string &name) {
  std::string known;
  for (const auto &set : instruction_sets()) {
    if (set.name == name) {
      if (set.available()) return set;
      throw std::invalid_argument("this processor has no " + name);
    }
    known += std::string(known.empty() ? "" : ", ") + set.name;
  }
  throw std::invalid_argument("unknown instruction set '" + name + "', expected one of: " + known);
}

const InstructionSet &choose() {
  if (const char *asked = std::getenv("EMBTRAIN_ISA"); asked && *asked) return find(asked);
  for (const auto &set : instruction_sets())
    if (set.available()) return set;
  return instruction_sets().back();
}

}  // namespace

const std::vector<InstructionSet> &instruction_sets() {
  static const std::vector<InstructionSet> sets = {
#if defined(EMBTRAIN_X86)
      {"avx512",
       [] {
         return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
                __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
       },
       sgns_range_avx512, cbow_range_avx512, merge_row_avx512},
      {"avx2", [] { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); },
       sgns_range_avx2, cbow_range_avx2, merge_row_avx2},
#endif
      {"baseline", [] { return true; }, sgns_range_baseline, cbow_range_baseline, merge_row_baseline},
  };
  return sets;
}

const InstructionSet &instruction_set() {
  const InstructionSet *set = in_use.load();
  if (!set) in_use.store(set = &choose());
  return *set;
}

void use_instruction_set(const std::string &name) { in_use.store(&find(name)); }

}  // namespace embtrain
