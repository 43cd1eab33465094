// The instruction sets that kernels are compiled for, and which of them is in use: the best that this
// processor has, or the one that the environment variable EMBTRAIN_ISA names.
//
// A file NAME.isa.cpp is compiled once for each set, with that set's flags; there EMBTRAIN_SET is the name of
// the set and of its namespace:
//
//   namespace embtrain::EMBTRAIN_SET {
//   extern constexpr Range sgns_range = ...;
//   }
//
// Other files declare EMBTRAIN_VARIANTS(Range, sgns_range) and call sgns_range() for the set in use. Code
// with raised flags must not run on other processors. So these files allocate nothing, run nothing at
// start-up (hence constexpr), and instantiate no template or inline function that other files might share:
// everything they include is internal to them.
#pragma once
#include <stdexcept>
#include <string>
#include <vector>

// X(set, ...) for every set compiled into this module, best first; their flags are in CMakeLists.txt.
#if defined(EMBTRAIN_X86)
#define EMBTRAIN_INSTRUCTION_SETS(X, ...) X(avx512, __VA_ARGS__) X(avx2, __VA_ARGS__) X(baseline, __VA_ARGS__)
#else
#define EMBTRAIN_INSTRUCTION_SETS(X, ...) X(baseline, __VA_ARGS__)
#endif

#define EMBTRAIN_DECLARE_VARIANT(set, Type, name) \
  namespace set {                                 \
  extern const Type name;                         \
  }
#define EMBTRAIN_LIST_VARIANT(set, Type, name) &set::name,

// Declares `name` in each set's namespace, and name(): that of the set in use. Throws like isa::in_use().
#define EMBTRAIN_VARIANTS(Type, name)                                  \
  EMBTRAIN_INSTRUCTION_SETS(EMBTRAIN_DECLARE_VARIANT, Type, name)      \
  static inline const Type &name() {                                   \
    static constexpr const Type *variants[] = {                        \
        EMBTRAIN_INSTRUCTION_SETS(EMBTRAIN_LIST_VARIANT, Type, name)}; \
    return *variants[embtrain::isa::in_use()];                         \
  }

namespace embtrain::isa {

// Thrown if EMBTRAIN_ISA or a caller asks for a set that is unknown or that this processor does not have.
class Unavailable : public std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

#define EMBTRAIN_NAME_VARIANT(set, ...) set,
enum Index : int { EMBTRAIN_INSTRUCTION_SETS(EMBTRAIN_NAME_VARIANT, ) };

struct InstructionSet {
  const char *name;
  bool available;  // on this processor
};

// Sets compiled into this module, best first.
const std::vector<InstructionSet> &instruction_sets();

// The set in use, an index into instruction_sets(). Every call throws Unavailable if EMBTRAIN_ISA names a set
// that cannot be used.
Index in_use();

// Switches all code to another set; for tests. Throws Unavailable.
void use(const std::string &name);

// Whether AVX2 code may run: the set in use is AVX2 or a better one. Throws Unavailable.
bool has_avx2();

}  // namespace embtrain::isa
