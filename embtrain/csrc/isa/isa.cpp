#include "isa/isa.h"

#include <atomic>
#include <cstdlib>

namespace embtrain::isa {
namespace {

#if defined(EMBTRAIN_X86)
// Must cover everything that the flags in CMakeLists.txt allow the compiler to use.
bool processor_has_avx512() {
  return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512vl") &&
         __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq");
}
bool processor_has_avx2() { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma"); }
#endif
bool processor_has_baseline() { return true; }

std::atomic<int> chosen{-1};

// The names of the sets that this processor has, or of all sets.
std::string names(bool only_available) {
  std::string all;
  for (const InstructionSet &set : instruction_sets())
    if (set.available || !only_available) all += (all.empty() ? "" : ", ") + std::string(set.name);
  return all;
}

// The message starts with `asker`.
Index find(const std::string &name, const std::string &asker) {
  const auto &sets = instruction_sets();
  for (size_t k = 0; k < sets.size(); ++k) {
    if (sets[k].name != name) continue;
    if (sets[k].available) return static_cast<Index>(k);
    throw Unavailable(asker + "this processor does not have the instruction set '" + name +
                      "', expected one of: " + names(true));
  }
  throw Unavailable(asker + "unknown instruction set '" + name + "', expected one of: " + names(false));
}

Index choose() {
  if (const char *asked = std::getenv("EMBTRAIN_ISA"); asked && *asked) return find(asked, "EMBTRAIN_ISA: ");
  size_t best = 0;
  while (!instruction_sets()[best].available) ++best;
  return static_cast<Index>(best);
}

}  // namespace

const std::vector<InstructionSet> &instruction_sets() {
#define EMBTRAIN_SET_ENTRY(set, ...) {#set, processor_has_##set()},
  static const std::vector<InstructionSet> sets = {EMBTRAIN_INSTRUCTION_SETS(EMBTRAIN_SET_ENTRY, )};
  return sets;
}

Index in_use() {
  int set = chosen.load(std::memory_order_relaxed);
  if (set < 0) chosen.store(set = choose(), std::memory_order_relaxed);
  return static_cast<Index>(set);
}

void use(const std::string &name) { chosen.store(find(name, ""), std::memory_order_relaxed); }

bool has_avx2() {
#if defined(EMBTRAIN_X86)
  return in_use() <= avx2;
#else
  return false;
#endif
}

}  // namespace embtrain::isa
