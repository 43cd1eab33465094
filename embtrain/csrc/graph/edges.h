// Parses lists of edges: a source, a target and maybe a weight on each line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace embtrain::graph {

enum class EdgeFault : std::int64_t { kNone = 0, kColumns = 1, kWeight = 2, kName = 3, kLong = 4 };

// How lines are split.
struct EdgeLayout {
  int delimiter;  // the byte between fields; -1 for white space, of which a run is one separator
  int columns;    // of every line, 2 or 3; 0 if the first edge decides
  bool weighted;  // whether a third column is read; if not, it may hold anything
};

struct Edges {
  std::vector<std::uint8_t> arena;       // names, source and target of each edge in turn
  std::vector<std::int64_t> offsets{0};  // [2 * edges + 1]
  std::vector<float> weights;            // [edges], or none
  int columns = 0;                       // those that were expected, or the first edge's
  std::int64_t n_lines = 0;              // read, without a line that is at fault
  std::int64_t comments = 0;             // lines that begin with #
  std::int64_t empty = 0;                // lines of white space
  EdgeFault fault = EdgeFault::kNone;    // of the line after n_lines, where parsing stopped
  std::string line;                      // the beginning of that line
};

// Bytes of the longest line: training leaves out longer words than this.
constexpr std::size_t kMaxLine = 1 << 16;

// Parses whole lines; the last one may lack its newline. A name is any text without white space. A weight is
// a finite number above 0 in float32. Stops at the first line that is no edge. Memory: about the block's.
Edges parse_edges(const std::uint8_t *block, std::size_t size, const EdgeLayout &layout);

}  // namespace embtrain::graph
