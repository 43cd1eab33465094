// Exact search for the rows of a matrix that score best against queries, without a second copy of the matrix.
//
// Scores are taken in float32 on many rows at a time (score_rows.isa.cpp), widened by what rounding can make
// of them; whatever may be among the best is scored again in float64. So results depend neither on how
// queries are batched nor on threads or instruction sets: equal rows tie exactly, and ties go to the lower
// row.
#pragma once
#include <atomic>
#include <cstdint>
#include <memory>
#include <vector>

namespace embtrain {

// How a row x scores against the vectors of a query; all vectors are taken at length 1.
enum class SearchMethod {
  kCosine,         // q: cos(x, q)
  kCosMul,         // a, b, c: cos'(x, b) cos'(x, c) / (cos'(x, a) + 1e-6), cos' = (1 + cos) / 2
  kPairDirection,  // d, c: cos(x - c, d)
};

// 3CosMul's addend to the denominator, as in Levy and Goldberg (2014) with gensim's value.
constexpr double kCosMulEpsilon = 1e-6;
// Query vectors in a block of the kernel; every method's number of vectors divides it.
constexpr int kSearchBlock = 6;
// Up to this many query vectors, rows are scored where they lie instead of being packed first.
constexpr int kSearchFew = 3;
// Rows whose squared length in float32 lies outside have no usable length in it.
constexpr float kSearchLeast = 1e-30f, kSearchMost = 1e30f;

// Rows of the widest tile of any instruction set, and floats of the tiles a kernel packs at a time: they stay
// in the second-level cache while the queries pass over them.
constexpr int kSearchTile = 32;
constexpr int64_t kSearchPanel = 1 << 14;

// What the kernel gets to know of the queries. Plain pointers: the kernel's files are compiled with raised
// flags, and no template of the library may be instantiated there.
struct SearchPlan {
  SearchMethod method;
  int per_query;           // vectors of a query
  int64_t dim, n_queries;  // n_queries without padding
  int64_t blocks;          // of kSearchBlock vectors, the last padded with zeros
  const float *packed;     // [blocks][dim][kSearchBlock]
  const float *plain;      // [vectors][dim], where there are at most kSearchFew
  const float *offsets;    // [queries padded to whole blocks] cos(c, d), only for kPairDirection
  float slack;             // error of a rough cosine, at most
};

// Where the kernel reports rows; one for each thread.
class SearchSink {
 public:
  // A row that may be among the best of a query; raises bounds[query] where it is.
  virtual void offer(int64_t query, int64_t row) = 0;
  // A row whose length float32 cannot hold, or that has no direction at all.
  virtual void odd(int64_t row) = 0;
  float *bounds;  // [queries padded to whole blocks] scores below these are of no interest
  float *tiles;   // scratch, aligned to 64 bytes: the larger of kSearchPanel and one tile

 protected:
  ~SearchSink() = default;
};

// Rows first, first + 1, ... of the matrix, lying `stride` floats apart.
struct SearchRows {
  const float *data;
  int64_t stride, n, first;
};

using SearchRange = void (*)(const SearchPlan &, const SearchRows &, SearchSink &);

struct SearchHit {
  double score;
  int64_t row;
};

class Search {
 public:
  // queries: [n_queries][per_query][dim]; excluded: [n_queries][n_excluded] rows that are no answers, or -1.
  Search(SearchMethod method, const double *queries, int64_t n_queries, int per_query, int64_t dim,
         const int64_t *excluded, int64_t n_excluded, int64_t k);
  ~Search();
  Search(const Search &) = delete;
  Search &operator=(const Search &) = delete;
  // Takes in the rows; each row of the matrix must be scanned once.
  void scan(const SearchRows &rows, int threads);
  // Best first, at most k; of a query without direction none.
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
