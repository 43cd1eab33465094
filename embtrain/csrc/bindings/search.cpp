// Bindings of exact search.
#include "search/search.h"

#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>

#include <cmath>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain;

namespace {

using Queries = nb::ndarray<const double, nb::ndim<3>, nb::c_contig, nb::device::cpu>;
using Excluded = nb::ndarray<const int64_t, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Rows = nb::ndarray<const float, nb::ndim<2>, nb::device::cpu>;

struct Named {
  const char *name;
  SearchMethod method;
  size_t per_query;
};
constexpr Named kMethods[] = {{"cosine", SearchMethod::kCosine, 1},
                              {"3cosmul", SearchMethod::kCosMul, 3},
                              {"pair-direction", SearchMethod::kPairDirection, 2}};

void require(bool condition, const std::string &message) {
  if (!condition) throw std::invalid_argument(message);
}

void make_search(Search *place, const std::string &name, const Queries &queries, const Excluded &excluded,
                 int64_t k) {
  for (const Named &known : kMethods) {
    if (name != known.name) continue;
    require(queries.shape(1) == known.per_query, name + " takes " + std::to_string(known.per_query) +
                                                     " vectors per query, found " +
                                                     std::to_string(queries.shape(1)));
    require(queries.shape(2) >= 1 && k >= 0, "vectors need at least one value, and k must not be negative");
    require(excluded.shape(0) == queries.shape(0), "there must be one row of excluded for each query");
    nb::gil_scoped_release release;
    new (place) Search(known.method, queries.data(), static_cast<int64_t>(queries.shape(0)),
                       static_cast<int>(known.per_query), static_cast<int64_t>(queries.shape(2)),
                       excluded.data(), static_cast<int64_t>(excluded.shape(1)), k);
    return;
  }
  throw std::invalid_argument("unknown method '" + name + "'");
}

void scan(Search &search, const Rows &rows, int64_t first, int threads) {
  require(
      static_cast<int64_t>(rows.shape(1)) == search.dim(),
      "rows have " + std::to_string(rows.shape(1)) + " values, the queries " + std::to_string(search.dim()));
  require(rows.shape(0) == 0 || rows.stride(1) == 1, "the values of a row must be contiguous");
  require(threads >= 1 && first >= 0, "threads must be at least 1 and first not negative");
  const SearchRows block{rows.data(), rows.stride(0), static_cast<int64_t>(rows.shape(0)), first};
  nb::gil_scoped_release release;
  search.scan(block, threads);
}

nb::tuple result(const Search &search) {
  const auto n = static_cast<size_t>(search.n_queries()), k = static_cast<size_t>(search.k());
  std::vector<int64_t> rows(n * k, -1);
  std::vector<double> scores(n * k, std::numeric_limits<double>::quiet_NaN());
  {
    nb::gil_scoped_release release;
    for (size_t q = 0; q < n; ++q) {
      const std::vector<SearchHit> best = search.best(static_cast<int64_t>(q));
      for (size_t i = 0; i < best.size(); ++i) {
        rows[q * k + i] = best[i].row;
        scores[q * k + i] = best[i].score;
      }
    }
  }
  return nb::make_tuple(bindings::to_numpy(std::move(rows)).cast().attr("reshape")(n, k),
                        bindings::to_numpy(std::move(scores)).cast().attr("reshape")(n, k));
}

}  // namespace

void bind_search(nb::module_ &m) {
  nb::class_<Search>(m, "Search", "Exact search for the best rows of a matrix that is scanned in blocks.")
      .def("__init__", &make_search, "method"_a, "queries"_a.noconvert(), "excluded"_a.noconvert(), "k"_a,
           "method: cosine, 3cosmul or pair-direction; queries: float64 [Q, vectors of one, D]; excluded: "
           "int64 [Q, E], rows that must not be answers, or -1.")
      .def("scan", &scan, "rows"_a.noconvert(), "first"_a, "threads"_a,
           "Scans the rows first, first + 1, ..., float32 [n, D].")
      .def("result", &result, "Rows int64 [Q, k], padded with -1, and scores float64.")
      .def("without_direction", &Search::without_direction,
           "Rows scanned so far that are zero or not finite.");
}
