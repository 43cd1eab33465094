// Random walks of node2vec (Grover and Leskovec 2016, section 3.2).
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

#include "graph/graph.h"

namespace embtrain::graph {

// `p` is high where a walk seldom goes back, `q` where it stays near: coming from t, a neighbour x has its
// weight times 1/p if it is t, times 1 if an edge leads from t to x, and times 1/q otherwise.
struct WalkSettings {
  double p, q;
  std::uint32_t length;  // nodes of a walk
  std::uint64_t seed;
};

class Walker {
 public:
  Walker(const Graph &graph, const WalkSettings &settings);

  // The nodes of the walk that begins at `start` in a pass over all nodes; it ends early at a node that no
  // edge leaves. A pure function of its arguments, the seed and the graph.
  void walk(std::uint64_t pass, std::uint32_t start, std::vector<std::uint32_t> &path) const;

  // The nodes in the order in which their walks of a pass are written.
  std::vector<std::uint32_t> order(std::uint64_t pass) const;

 private:
  class Draws;

  std::uint32_t second_order_step(std::uint32_t before, const Neighbours &near, Draws &draws) const;
  std::uint32_t exact_step(std::uint32_t before, const Neighbours &near, const Neighbours &near_before,
                           double u) const;
  double factor(std::uint32_t before, const Neighbours &near_before, std::uint32_t node) const;

  const Graph &graph_;
  WalkSettings settings_;
  bool first_order_;
  double back_, away_;   // 1/p and 1/q
  double most_, least_;  // of the factors 1 and 1/q
};

}  // namespace embtrain::graph
