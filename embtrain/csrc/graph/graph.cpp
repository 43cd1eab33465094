#include "graph/graph.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

#include "threads/workers.h"

namespace embtrain::graph {
namespace {

// Nodes that a thread sorts at a time.
constexpr std::size_t kNodesAtATime = 1024;

struct Neighbour {
  std::uint32_t node;
  double weight;
};

}  // namespace

std::size_t Neighbours::find(std::uint32_t node) const {
  if (n == 0) return n;
  const std::uint32_t *base = nodes;
  // Without branches: which half holds the node is unpredictable.
  for (std::size_t left = n; left > 1;) {
    const std::size_t half = left / 2;
    base += half & -static_cast<std::size_t>(base[half - 1] < node);
    left -= half;
  }
  return *base == node ? static_cast<std::size_t>(base - nodes) : n;
}

Graph::Graph(EdgeList &edges, std::size_t n_nodes, bool directed, int threads)
    : n_nodes_(n_nodes), directed_(directed), offsets_(n_nodes + 1, 0) {
  const std::uint64_t listed = edges.size();
  place(edges);
  edges.free_all();
  std::vector<std::uint64_t> sizes(n_nodes);
  sort_and_merge(sizes, threads);
  close_gaps(sizes);
  count(listed);
}

// Counts the edges of each node, then puts each edge behind those that came before it.
void Graph::place(const EdgeList &edges) {
  const auto each = [&](auto work) {
    for (std::size_t k = 0; k < edges.size(); ++k) {
      const std::uint32_t from = edges.end(2 * k), to = edges.end(2 * k + 1);
      work(from, to, k);
      if (!directed_ && from != to) work(to, from, k);
    }
  };
  for (std::size_t k = 0; k < 2 * edges.size(); ++k)
    if (edges.end(k) >= n_nodes_) throw std::invalid_argument("an edge ends at no node's number");
  each([&](std::uint32_t from, std::uint32_t, std::size_t) { ++offsets_[from + 1]; });
  for (std::size_t node = 0; node < n_nodes_; ++node) offsets_[node + 1] += offsets_[node];
  nodes_.reset(new std::uint32_t[offsets_[n_nodes_]]);
  if (edges.weighted()) sums_.reset(new double[offsets_[n_nodes_]]);
  std::vector<std::uint64_t> next(offsets_.begin(), offsets_.end() - 1);
  each([&](std::uint32_t from, std::uint32_t to, std::size_t k) {
    const std::uint64_t place = next[from]++;
    nodes_[place] = to;
    if (sums_ != nullptr) sums_[place] = edges.weight(k);
  });
}

void Graph::sort_and_merge(std::vector<std::uint64_t> &sizes, int threads) {
  const std::size_t pieces = (n_nodes_ + kNodesAtATime - 1) / kNodesAtATime;
  run_workers(threads, pieces, [&](std::size_t piece) {
    const std::size_t stop = std::min(n_nodes_, (piece + 1) * kNodesAtATime);
    for (std::size_t node = piece * kNodesAtATime; node < stop; ++node)
      sizes[node] = sort_and_merge(static_cast<std::uint32_t>(node));
  });
}

// Returns the number of different neighbours. Edges between the same nodes keep their order, so that the sum
// of their weights does not depend on how the rest is sorted.
std::size_t Graph::sort_and_merge(std::uint32_t node) {
  const std::uint64_t start = offsets_[node];
  const auto n = static_cast<std::size_t>(offsets_[node + 1] - start);
  std::uint32_t *nodes = nodes_.get() + start;
  if (sums_ == nullptr) {
    std::sort(nodes, nodes + n);
    return static_cast<std::size_t>(std::unique(nodes, nodes + n) - nodes);
  }
  double *weights = sums_.get() + start;
  std::vector<Neighbour> found(n);
  for (std::size_t k = 0; k < n; ++k) found[k] = {nodes[k], weights[k]};
  std::stable_sort(found.begin(), found.end(),
                   [](const Neighbour &a, const Neighbour &b) { return a.node < b.node; });
  std::size_t kept = 0;
  for (const Neighbour &one : found) {
    if (kept > 0 && nodes[kept - 1] == one.node) {
      weights[kept - 1] += one.weight;
    } else {
      nodes[kept] = one.node;
      weights[kept++] = one.weight;
    }
  }
  for (std::size_t k = 1; k < kept; ++k) weights[k] += weights[k - 1];
  return kept;
}

void Graph::close_gaps(const std::vector<std::uint64_t> &sizes) {
  std::uint64_t to = 0;
  for (std::size_t node = 0; node < n_nodes_; ++node) {
    const std::uint64_t from = offsets_[node];
    if (from != to) {
      std::memmove(nodes_.get() + to, nodes_.get() + from, sizes[node] * sizeof(std::uint32_t));
      if (sums_ != nullptr) std::memmove(sums_.get() + to, sums_.get() + from, sizes[node] * sizeof(double));
    }
    offsets_[node] = to;
    to += sizes[node];
  }
  offsets_[n_nodes_] = to;
}

void Graph::count(std::uint64_t listed) {
  for (std::size_t node = 0; node < n_nodes_; ++node) {
    const Neighbours found = of(static_cast<std::uint32_t>(node));
    loops += found.find(static_cast<std::uint32_t>(node)) != found.n;
    dead_ends += found.n == 0;
  }
  const std::uint64_t ways = offsets_[n_nodes_];
  edges = directed_ ? ways : (ways - loops) / 2 + loops;
  parallel = listed - edges;
}

}  // namespace embtrain::graph
