// Walks as text: the names of their nodes, a walk a line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/walker.h"
#include "words/word_list.h"

namespace embtrain::graph {

struct WalkText {
  std::vector<std::vector<std::uint8_t>> parts;  // one after another
  std::uint64_t nodes = 0;                       // in all walks
  std::uint64_t early = 0;                       // walks that ended early
};

// The walks of a pass from starts[0] ... starts[n - 1], in this order, whatever the number of threads. Throws
// std::invalid_argument if the names' offsets leave their arena, or a start has no name.
WalkText walk_text(const Walker &walker, std::uint32_t length, const WordList &names, std::uint64_t pass,
                   const std::uint32_t *starts, std::size_t n, int threads);

}  // namespace embtrain::graph
