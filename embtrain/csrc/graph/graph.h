// A graph as sorted lists of neighbours.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "words/growing.h"

namespace embtrain::graph {

// Edges in the order in which they were read: 8 bytes each, and 4 for a weight.
class EdgeList {
 public:
  // Adds n edges from rows[2 k] to rows[2 k + 1]. All edges of a list have weights, or none has; `weights` is
  // null then. Throws std::invalid_argument if a row is no node's number.
  void add(const std::int64_t *rows, std::size_t n, const float *weights);
  void free_all();

  std::size_t size() const { return ends_.size() / 2; }
  bool weighted() const { return weights_.size() != 0; }
  std::uint32_t end(std::size_t k) const { return ends_[k]; }
  float weight(std::size_t k) const { return weights_[k]; }

 private:
  Growing<std::uint32_t> ends_;
  Growing<float> weights_;
};

// The neighbours of a node, by increasing number.
struct Neighbours {
  const std::uint32_t *nodes;
  const double *sums;  // sums[k] is the weight of the first k + 1 of them; null if each weighs 1
  std::size_t n;

  double weight() const { return sums == nullptr ? static_cast<double>(n) : n == 0 ? 0 : sums[n - 1]; }
  double weight_of(std::size_t k) const {
    return sums == nullptr ? 1 : k == 0 ? sums[0] : sums[k] - sums[k - 1];
  }
  // The place of a node, n if it is absent.
  std::size_t find(std::uint32_t node) const;
};

// Memory: 4 bytes for each edge and direction, 8 more with weights, and 8 for each node; while it is built,
// also the list of edges.
class Graph {
 public:
  // Takes the edges out of the list. An undirected edge leads both ways. The weights of edges between the
  // same two nodes are added; without weights such edges count once. Throws std::invalid_argument if an edge
  // leads to a node beyond n_nodes, std::bad_alloc.
  Graph(EdgeList &edges, std::size_t n_nodes, bool directed, int threads);

  std::size_t n_nodes() const { return n_nodes_; }
  bool directed() const { return directed_; }
  bool weighted() const { return sums_ != nullptr; }
  Neighbours of(std::uint32_t node) const {
    const std::uint64_t start = offsets_[node];
    return {nodes_.get() + start, sums_ == nullptr ? nullptr : sums_.get() + start,
            static_cast<std::size_t>(offsets_[node + 1] - start)};
  }

  std::uint64_t edges = 0;      // different ones
  std::uint64_t parallel = 0;   // of the list, more than these
  std::uint64_t loops = 0;      // different ones from a node to itself
  std::uint64_t dead_ends = 0;  // nodes that no edge leaves

 private:
  void place(const EdgeList &edges);
  void sort_and_merge(std::vector<std::uint64_t> &sizes, int threads);
  std::size_t sort_and_merge(std::uint32_t node);
  void close_gaps(const std::vector<std::uint64_t> &sizes);
  void count(std::uint64_t listed);

  std::size_t n_nodes_;
  bool directed_;
  std::vector<std::uint64_t> offsets_;
  std::unique_ptr<std::uint32_t[]> nodes_;
  std::unique_ptr<double[]> sums_;
};

}  // namespace embtrain::graph
