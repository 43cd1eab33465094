// graph/edges.h against splitting each line by itself, and graph/graph.h on what was read.
#include "graph/edges.h"

#include <string>
#include <vector>

#include "graph/graph.h"
#include "graph/walker.h"
#include "input.h"
#include "words/word_index.h"

namespace {

using embtrain::graph::EdgeFault;
using embtrain::graph::EdgeLayout;
using embtrain::graph::Edges;

constexpr int kDelimiters[] = {-1, ',', '\t', ' '};

// One line after another gives what the whole block gives.
void expect_the_same_line_by_line(std::string_view text, EdgeLayout layout, const Edges &whole) {
  Edges sum;
  sum.columns = layout.columns;
  while (!text.empty() && sum.fault == EdgeFault::kNone) {
    const std::size_t size = std::min(text.find('\n'), text.size() - 1) + 1;
    const fuzz::Block line(text.substr(0, size));
    text.remove_prefix(size);
    layout.columns = sum.columns;
    const Edges one = embtrain::graph::parse_edges(line.data(), line.size, layout);
    sum.arena.insert(sum.arena.end(), one.arena.begin(), one.arena.end());
    sum.weights.insert(sum.weights.end(), one.weights.begin(), one.weights.end());
    sum.columns = one.columns;
    sum.n_lines += one.n_lines;
    sum.comments += one.comments;
    sum.empty += one.empty;
    sum.fault = one.fault;
    sum.line = one.line;
  }
  EXPECT(sum.arena == whole.arena && sum.weights == whole.weights && sum.columns == whole.columns);
  EXPECT(sum.n_lines == whole.n_lines && sum.comments == whole.comments && sum.empty == whole.empty);
  EXPECT(sum.fault == whole.fault && sum.line == whole.line);
}

// Walks on the graph of these edges go along its edges.
void expect_walks(const Edges &edges, bool directed, double p, double q) {
  const std::size_t n = (edges.offsets.size() - 1) / 2;
  embtrain::WordIndex index;
  std::vector<std::int64_t> rows(2 * n);
  index.add({edges.arena.data(), edges.arena.size(), edges.offsets.data(), 2 * n}, rows.data());
  embtrain::graph::EdgeList list;
  list.add(rows.data(), n, edges.weights.empty() ? nullptr : edges.weights.data());
  const embtrain::graph::Graph graph(list, index.size(), directed, 1);
  EXPECT(graph.edges + graph.parallel == n);
  const embtrain::graph::Walker walker(graph, {p, q, 12, 3});
  std::vector<std::uint32_t> path;
  for (const std::uint32_t start : walker.order(0)) {
    walker.walk(0, start, path);
    EXPECT(path.size() == 12 || graph.of(path.back()).n == 0);
    for (std::size_t k = 1; k < path.size(); ++k) {
      const auto near = graph.of(path[k - 1]);
      EXPECT(near.find(path[k]) < near.n);
    }
  }
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const EdgeLayout layout{kDelimiters[input.below(4)],
                          static_cast<int>(input.below(2) * (2 + input.below(2))), input.flag()};
  const bool directed = input.flag();
  const double p = (1 + static_cast<double>(input.byte())) / 16,
               q = (1 + static_cast<double>(input.byte())) / 16;
  const std::string_view text = input.rest();
  const fuzz::Block block(text);
  const Edges edges = embtrain::graph::parse_edges(block.data(), block.size, layout);
  const std::size_t n = (edges.offsets.size() - 1) / 2;
  EXPECT(edges.offsets.size() % 2 == 1 &&
         edges.offsets.back() == static_cast<std::int64_t>(edges.arena.size()));
  EXPECT(edges.weights.size() == (layout.weighted && edges.columns == 3 ? n : 0));
  expect_the_same_line_by_line(text, layout, edges);
  expect_walks(edges, directed, p, q);
  return 0;
}
