// What the search kernel reads, and where it reports.
#pragma once
#include <cstdint>

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
// Up to this many query vectors, rows are scored in place instead of being packed first.
constexpr int kSearchFew = 3;
// Rows whose squared length is outside these limits have no usable length in float32.
constexpr float kSearchLeast = 1e-30f, kSearchMost = 1e30f;

// Rows of the widest tile of any instruction set, and floats of the tiles a kernel packs at a time: they stay
// in the second-level cache while the queries pass over them.
constexpr int kSearchTile = 32;
constexpr int64_t kSearchPanel = 1 << 14;

// The queries as the kernel reads them. Plain pointers: the kernel's files are compiled with raised flags,
// and no template of the library may be instantiated there.
struct SearchPlan {
  SearchMethod method;
  int per_query;           // vectors of a query
  int64_t dim, n_queries;  // n_queries without padding
  int64_t blocks;          // of kSearchBlock vectors, the last padded with zeros
  const float *packed;     // [blocks][dim][kSearchBlock]
  const float *plain;      // [vectors][dim], where there are at most kSearchFew
  const float *offsets;    // [queries padded to whole blocks] cos(c, d), only for kPairDirection
  float slack;             // upper bound of the error of a rough cosine
};

// Where the kernel reports rows; one for each thread.
class SearchSink {
 public:
  // A row that may be among the best of a query; raises bounds[query] if it is.
  virtual void offer(int64_t query, int64_t row) = 0;
  // A row whose length float32 cannot hold, or that has no direction at all.
  virtual void odd(int64_t row) = 0;
  float *bounds;  // [queries padded to whole blocks] lower scores are ignored
  float *tiles;   // scratch, aligned to 64 bytes: the larger of kSearchPanel and one tile

 protected:
  ~SearchSink() = default;
};

// Rows first, first + 1, ... of the matrix, `stride` floats apart.
struct SearchRows {
  const float *data;
  int64_t stride, n, first;
};

using SearchRange = void (*)(const SearchPlan &, const SearchRows &, SearchSink &);

}  // namespace embtrain
