// Searches exactly for the rows of a matrix that score best against queries, without copying the matrix.
//
// Many rows at a time are scored in float32 (score_rows.isa.cpp), with a margin for rounding. Rows that may
// be among the best are scored again in float64. So results do not depend on batches of queries, threads or
// instruction sets: equal rows tie exactly, and ties go to the lower row.
#pragma once
#include <cstdint>
#include <memory>
#include <vector>

#include "search/plan.h"

namespace embtrain {

struct SearchHit {
  double score;
  int64_t row;
};

class Search {
 public:
  // queries: [n_queries][per_query][dim]; excluded: [n_queries][n_excluded] rows that must not be answers, or
  // -1.
  Search(SearchMethod method, const double *queries, int64_t n_queries, int per_query, int64_t dim,
         const int64_t *excluded, int64_t n_excluded, int64_t k);
  ~Search();
  Search(const Search &) = delete;
  Search &operator=(const Search &) = delete;
  // Scans rows. Each row of the matrix must be scanned once.
  void scan(const SearchRows &rows, int threads);
  // Best first, at most k; none for a query without direction.
  std::vector<SearchHit> best(int64_t query) const;
  // Rows scanned so far that are zero or not finite, and so no answers.
  int64_t without_direction() const;

  int64_t n_queries() const { return plan_.n_queries; }
  int64_t dim() const { return plan_.dim; }
  int64_t k() const { return k_; }

 private:
  class Sink;
  void pack();
  size_t padded_queries() const;
  double score(int64_t query, const float *row, double length) const;

  SearchPlan plan_{};
  std::vector<float> packed_, plain_, offsets_;
  int64_t k_, n_excluded_;
  std::vector<double> unit_;       // [queries][per_query][dim]
  std::vector<int64_t> excluded_;  // [queries][n_excluded]
  std::vector<char> aimless_;      // [queries] some vector has no direction
  std::vector<std::unique_ptr<Sink>> sinks_;
};

}  // namespace embtrain
