// Bindings of the graph room.
#include "graph/graph.h"

#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <utility>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "graph/edges.h"
#include "graph/walk_text.h"
#include "graph/walker.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;
using namespace embtrain::graph;

namespace {

using Bytes = In<const std::uint8_t>;
using Offsets = In<const std::int64_t>;

nb::dict parse(const Bytes &block, int delimiter, int columns, bool weighted) {
  Edges edges =
      unlocked([&] { return parse_edges(block.data(), block.size(), {delimiter, columns, weighted}); });
  nb::dict found;
  found["arena"] = to_numpy(std::move(edges.arena));
  found["offsets"] = to_numpy(std::move(edges.offsets));
  found["weights"] = to_numpy(std::move(edges.weights));
  found["columns"] = edges.columns;
  found["lines"] = edges.n_lines;
  found["comments"] = edges.comments;
  found["empty"] = edges.empty;
  found["fault"] = static_cast<std::int64_t>(edges.fault);
  found["line"] = nb::bytes(edges.line.data(), edges.line.size());
  return found;
}

void add(EdgeList &list, const Offsets &rows, const In<const float> &weights) {
  const std::size_t n = rows.size() / 2;
  if (rows.size() % 2 != 0 || (weights.size() != 0 && weights.size() != n))
    throw std::invalid_argument("there must be two rows of each edge, and a weight of each or none");
  unlocked([&] { list.add(rows.data(), n, weights.size() == 0 ? nullptr : weights.data()); });
}

int checked(int threads) {
  if (threads < 1) throw std::invalid_argument("threads must be at least 1");
  return threads;
}

void make_graph(Graph *self, EdgeList &edges, std::size_t n_nodes, bool directed, int threads) {
  checked(threads);
  nb::gil_scoped_release release;
  new (self) Graph(edges, n_nodes, directed, threads);
}

nb::dict counts(const Graph &graph) {
  nb::dict found;
  found["edges"] = graph.edges;
  found["parallel"] = graph.parallel;
  found["loops"] = graph.loops;
  found["dead_ends"] = graph.dead_ends;
  return found;
}

// The arrays that a walker reads, kept alive beside it, and the order of its current pass.
struct BoundWalker {
  BoundWalker(const Graph &graph, Bytes arena, Offsets offsets, double p, double q, std::uint32_t length,
              std::uint64_t seed)
      : kept_arena(arena),
        kept_offsets(offsets),
        names(words_of(arena, offsets)),
        length(length),
        walker(graph, {p, q, length, seed}) {
    if (names.n_words != graph.n_nodes()) throw std::invalid_argument("there must be a name of each node");
  }

  Bytes kept_arena;
  Offsets kept_offsets;
  WordList names;
  std::uint32_t length;
  Walker walker;
  std::uint64_t pass = 0;
  std::vector<std::uint32_t> starts;
};

void begin(BoundWalker &bound, std::uint64_t pass) {
  bound.pass = pass;
  unlocked([&] { bound.starts = bound.walker.order(pass); });
}

nb::tuple write_walks(const BoundWalker &bound, std::size_t first, std::size_t n, int threads) {
  if (first > bound.starts.size() || n > bound.starts.size() - first)
    throw std::invalid_argument("a pass has a walk from each node");
  checked(threads);
  WalkText text = unlocked([&] {
    return walk_text(bound.walker, bound.length, bound.names, bound.pass, bound.starts.data() + first, n,
                     threads);
  });
  nb::list parts;
  for (std::vector<std::uint8_t> &part : text.parts) parts.append(to_numpy(std::move(part)));
  return nb::make_tuple(parts, text.nodes, text.early);
}

}  // namespace

void bind_graph(nb::module_ &m) {
  m.def("parse_edges", &parse, "block"_a.noconvert(), "delimiter"_a, "columns"_a, "weighted"_a,
        "Parses whole lines of an edge list, up to the first that is no edge.");
  nb::class_<EdgeList>(m, "EdgeList", "Edges in the order in which they were read.")
      .def(nb::init<>())
      .def("__len__", &EdgeList::size)
      .def("add", &add, "rows"_a.noconvert(), "weights"_a.noconvert(),
           "Adds edges: rows int64 [2 n] of source and target in turn, float32 [n] or no weights.");
  nb::class_<Graph>(m, "Graph", "Sorted lists of neighbours.")
      .def("__init__", &make_graph, "edges"_a, "n_nodes"_a, "directed"_a, "threads"_a,
           "Takes the edges out of the list.")
      .def("counts", &counts, "Edges, parallel edges, loops and nodes without edges that leave them.");
  nb::class_<BoundWalker>(m, "Walker", "Walks of node2vec, as text.")
      .def(nb::init<const Graph &, Bytes, Offsets, double, double, std::uint32_t, std::uint64_t>(), "graph"_a,
           "arena"_a.noconvert(), "offsets"_a.noconvert(), "p"_a, "q"_a, "length"_a, "seed"_a,
           nb::keep_alive<1, 2>())
      .def("begin", &begin, "number"_a, "Begins a pass over all nodes, in a new order.")
      .def("write", &write_walks, "first"_a, "n"_a, "threads"_a,
           "Text of n walks of the pass, from the walk `first` on: parts, nodes, walks that ended early.");
}
