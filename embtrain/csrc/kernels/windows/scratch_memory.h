// The memory of a Scratch.
#pragma once
#include <memory>

#include "kernels/windows/window_step.h"

namespace embtrain {

// Owns the arrays of a Scratch, cut out of one aligned piece of memory.
class OwnedScratch {
 public:
  // Throws std::bad_alloc.
  explicit OwnedScratch(const WindowStep &step);
  Scratch scratch;

 private:
  struct Free {
    void operator()(char *p) const;
  };
  std::unique_ptr<char, Free> memory_;
};

}  // namespace embtrain
