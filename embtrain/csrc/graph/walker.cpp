#include "graph/walker.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

#include "draws/draws.h"

namespace embtrain::graph {
namespace {

// Proposals before all neighbours are weighed instead: so many, and one more for each eighth neighbour, which
// take about as long as weighing them.
constexpr std::size_t kProposals = 32;

// The neighbour at which the sum of weights passes u, 0 <= u. It is near the place that it would have if all
// weights were equal: the search goes from there in steps of 1, 2, 4 ..., and mostly stays in a cache line.
std::size_t place_of(const Neighbours &near, double u) {
  const double *const sums = near.sums;
  const std::size_t last = near.n - 1;
  if (sums == nullptr) return std::min(static_cast<std::size_t>(u), last);
  std::size_t low = 0, high = last;
  const std::size_t guess =
      std::min(static_cast<std::size_t>(u / sums[last] * static_cast<double>(near.n)), last);
  if (sums[guess] > u) {
    high = guess;
    for (std::size_t step = 1; high >= step; high -= step, step *= 2)
      if (sums[high - step] <= u) {
        low = high - step + 1;
        break;
      }
  } else {
    low = guess + 1;
    for (std::size_t step = 1; low - 1 + step <= last; low += step, step *= 2)
      if (sums[low - 1 + step] > u) {
        high = low - 1 + step;
        break;
      }
  }
  // An u of the whole sum, by rounding, has no such neighbour, and takes the last.
  return low >= high ? high : static_cast<std::size_t>(std::upper_bound(sums + low, sums + high, u) - sums);
}

}  // namespace

// The draws of a walk, one after another.
class Walker::Draws {
 public:
  explicit Draws(std::uint64_t key) : key_(key) {}
  // Uniform in [0, 1) with 53 bits.
  double next() { return static_cast<double>(draws::draw(key_, counter_++) >> 11) * 0x1p-53; }

 private:
  std::uint64_t key_, counter_ = 0;
};

Walker::Walker(const Graph &graph, const WalkSettings &settings)
    : graph_(graph),
      settings_(settings),
      first_order_(settings.p == 1 && settings.q == 1),
      back_(1 / settings.p),
      away_(1 / settings.q),
      most_(std::max(1.0, away_)),
      least_(std::min(1.0, away_)) {
  if (!(settings.p > 0) || !(settings.q > 0)) throw std::invalid_argument("p and q must be above 0");
  if (settings.length == 0) throw std::invalid_argument("a walk has at least one node");
}

void Walker::walk(std::uint64_t pass, std::uint32_t start, std::vector<std::uint32_t> &path) const {
  Draws draws(draws::draw(draws::key(settings_.seed, pass, draws::kWalk), start));
  path.clear();
  path.push_back(start);
  std::uint32_t before = start, at = start;
  while (path.size() < settings_.length) {
    const Neighbours near = graph_.of(at);
    if (near.n == 0) return;
    std::uint32_t next;
    if (near.n == 1)
      next = near.nodes[0];
    else if (first_order_ || path.size() == 1)
      next = near.nodes[place_of(near, draws.next() * near.weight())];
    else
      next = second_order_step(before, near, draws);
    path.push_back(next);
    before = std::exchange(at, next);
  }
}

double Walker::factor(std::uint32_t before, const Neighbours &near_before, std::uint32_t node) const {
  if (node == before) return back_;
  return near_before.find(node) != near_before.n ? 1 : away_;
}

// Rejection sampling, as in KnightKing (Yang et al. 2019, section 4.2): a neighbour is proposed by its weight
// and taken with a probability in proportion to its factor. The way back, whose factor alone may exceed
// most_, is proposed more often by as much, so that all others need not be refused more often for it.
std::uint32_t Walker::second_order_step(std::uint32_t before, const Neighbours &near, Draws &draws) const {
  const Neighbours near_before = graph_.of(before);
  const double weight = near.weight();
  double more = 0;
  if (back_ > most_) {
    // Every undirected edge leads back, and without weights it weighs 1.
    const bool known = !graph_.directed() && near.sums == nullptr;
    const std::size_t place = known ? 0 : near.find(before);
    if (place != near.n) more = near.weight_of(place) * (back_ / most_ - 1);
  }
  for (std::size_t left = kProposals + near.n / 8; left > 0; --left) {
    const double u = draws.next() * (weight + more);
    if (u >= weight) return before;
    const std::uint32_t node = near.nodes[place_of(near, u)];
    const double coin = draws.next() * most_;
    // The cheapest question first: most proposals are decided without looking for an edge.
    if (node == before) {
      if (coin < back_) return node;
    } else if (coin < least_ || coin < factor(before, near_before, node)) {
      return node;
    }
  }
  return exact_step(before, near, near_before, draws.next());
}

// Weighs all neighbours: where nearly all proposals are refused, this is faster.
std::uint32_t Walker::exact_step(std::uint32_t before, const Neighbours &near, const Neighbours &near_before,
                                 double u) const {
  double total = 0;
  for (std::size_t k = 0; k < near.n; ++k)
    total += near.weight_of(k) * factor(before, near_before, near.nodes[k]);
  double sum = 0;
  for (std::size_t k = 0; k < near.n; ++k) {
    sum += near.weight_of(k) * factor(before, near_before, near.nodes[k]);
    if (sum > u * total) return near.nodes[k];
  }
  return near.nodes[near.n - 1];
}

// Fisher and Yates's shuffle.
std::vector<std::uint32_t> Walker::order(std::uint64_t pass) const {
  std::vector<std::uint32_t> nodes(graph_.n_nodes());
  for (std::size_t k = 0; k < nodes.size(); ++k) nodes[k] = static_cast<std::uint32_t>(k);
  const std::uint64_t key = draws::key(settings_.seed, pass, draws::kWalkOrder);
  for (std::size_t k = nodes.size(); k-- > 1;)
    std::swap(nodes[k], nodes[draws::scaled(draws::draw(key, k), k + 1) >> 32]);
  return nodes;
}

}  // namespace embtrain::graph
