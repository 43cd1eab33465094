#include "search/search.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>

#include "isa/isa.h"
#include "threads/pool.h"

namespace embtrain {

EMBTRAIN_VARIANTS(SearchRange, search_range)

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
// Floats of a portion of rows that a thread takes at a time.
constexpr int64_t kPortion = 1 << 18;

// Four separate sums: with one, each addition would wait for the previous one.
template <class A, class B>
double dot(const A *a, const B *b, int64_t n) {
  double sums[4] = {};
  int64_t i = 0;
  for (; i + 4 <= n; i += 4)
    for (int j = 0; j < 4; ++j) sums[j] += static_cast<double>(a[i + j]) * static_cast<double>(b[i + j]);
  for (; i < n; ++i) sums[0] += static_cast<double>(a[i]) * static_cast<double>(b[i]);
  return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

bool has_direction(double length) { return length > 0 && length < kInfinity; }

double clip(double cosine) { return std::max(-1.0, std::min(1.0, cosine)); }

bool better(const SearchHit &a, const SearchHit &b) {
  return a.score > b.score || (a.score == b.score && a.row < b.row);
}

}  // namespace

// What one thread has found.
class Search::Sink final : public SearchSink {
 public:
  explicit Sink(const Search &search) : search_(search) {
    const SearchPlan &plan = search.plan_;
    heaps.resize(static_cast<size_t>(plan.n_queries));
    bounds_.assign(search.padded_queries(), std::numeric_limits<float>::infinity());
    for (size_t q = 0; q < heaps.size(); ++q)
      if (!search.aimless_[q] && search.k_ > 0) bounds_[q] = -std::numeric_limits<float>::infinity();
    bounds = bounds_.data();
    tiles_.resize(static_cast<size_t>(std::max(kSearchPanel, plan.dim * kSearchTile)) + 16);
    const auto address = reinterpret_cast<uintptr_t>(tiles_.data());
    tiles = tiles_.data() + (64 - address % 64) % 64 / sizeof(float);
  }

  void offer(int64_t query, int64_t row) override {
    const float *x = rows.data + (row - rows.first) * rows.stride;
    add(query, row, x, std::sqrt(dot(x, x, search_.plan_.dim)));
  }

  void odd(int64_t row) override {
    const float *x = rows.data + (row - rows.first) * rows.stride;
    const double length = std::sqrt(dot(x, x, search_.plan_.dim));
    if (!has_direction(length)) {
      ++without_direction;
      return;
    }
    for (int64_t q = 0; q < search_.plan_.n_queries; ++q)
      if (!search_.aimless_[static_cast<size_t>(q)]) add(q, row, x, length);
  }

  std::vector<std::vector<SearchHit>> heaps;  // per query, the worst of its best at the front
  int64_t without_direction = 0;
  SearchRows rows{};

 private:
  void add(int64_t query, int64_t row, const float *x, double length) {
    const int64_t *excluded = search_.excluded_.data() + query * search_.n_excluded_;
    if (std::find(excluded, excluded + search_.n_excluded_, row) != excluded + search_.n_excluded_) return;
    const SearchHit hit{search_.score(query, x, length), row};
    if (std::isnan(hit.score)) return;
    std::vector<SearchHit> &heap = heaps[static_cast<size_t>(query)];
    if (static_cast<int64_t>(heap.size()) == search_.k_) {
      if (!better(hit, heap.front())) return;
      std::pop_heap(heap.begin(), heap.end(), better);
      heap.back() = hit;
    } else {
      heap.push_back(hit);
    }
    std::push_heap(heap.begin(), heap.end(), better);
    if (static_cast<int64_t>(heap.size()) == search_.k_)
      bounds[static_cast<size_t>(query)] = bound(heap.front().score);
  }

  // The rough score from which an exact score is needed. The kernels of 3CosMul and PairDirection widen their
  // cosines themselves; the slack here covers the rounding of their further arithmetic.
  float bound(double worst) const {
    if (search_.plan_.method == SearchMethod::kCosine) return static_cast<float>(worst - search_.plan_.slack);
    return static_cast<float>(worst - 1e-6 * (1 + std::fabs(worst)));
  }

  const Search &search_;
  std::vector<float> bounds_, tiles_;
};

Search::Search(SearchMethod method, const double *queries, int64_t n_queries, int per_query, int64_t dim,
               const int64_t *excluded, int64_t n_excluded, int64_t k)
    : k_(k),
      n_excluded_(n_excluded),
      unit_(queries, queries + n_queries * per_query * dim),
      excluded_(excluded, excluded + n_queries * n_excluded),
      aimless_(static_cast<size_t>(n_queries)) {
  plan_.method = method;
  plan_.per_query = per_query;
  plan_.dim = dim;
  plan_.n_queries = n_queries;
  plan_.blocks = (n_queries * per_query + kSearchBlock - 1) / kSearchBlock;
  // dim + 16 roundings of at most 2^-24 each, doubled.
  plan_.slack = 1.2e-7f * static_cast<float>(dim + 16);
  for (int64_t v = 0; v < n_queries * per_query; ++v) {
    double *vector = unit_.data() + v * dim;
    const double length = std::sqrt(dot(vector, vector, dim));
    if (!has_direction(length)) aimless_[static_cast<size_t>(v / per_query)] = 1;
    const bool usable = has_direction(length);
    for (int64_t d = 0; d < dim; ++d) vector[d] = usable ? vector[d] / length : 0;
  }
  pack();
}

Search::~Search() = default;

size_t Search::padded_queries() const {
  return static_cast<size_t>(plan_.blocks * (kSearchBlock / plan_.per_query));
}

void Search::pack() {
  const int64_t dim = plan_.dim, vectors = plan_.n_queries * plan_.per_query;
  packed_.assign(static_cast<size_t>(plan_.blocks * dim * kSearchBlock), 0);
  for (int64_t v = 0; v < vectors; ++v) {
    float *block = packed_.data() + v / kSearchBlock * dim * kSearchBlock + v % kSearchBlock;
    for (int64_t d = 0; d < dim; ++d) block[d * kSearchBlock] = static_cast<float>(unit_[v * dim + d]);
  }
  if (vectors <= kSearchFew) plain_.assign(unit_.begin(), unit_.end());
  offsets_.assign(padded_queries(), 0);
  for (int64_t q = 0; plan_.method == SearchMethod::kPairDirection && q < plan_.n_queries; ++q) {
    const double *pair = unit_.data() + q * 2 * dim;
    offsets_[static_cast<size_t>(q)] = static_cast<float>(dot(pair, pair + dim, dim));
  }
  plan_.packed = packed_.data();
  plan_.plain = plain_.data();
  plan_.offsets = offsets_.data();
}

double Search::score(int64_t query, const float *x, double length) const {
  const int64_t dim = plan_.dim;
  const double *vectors = unit_.data() + query * plan_.per_query * dim;
  if (plan_.method == SearchMethod::kPairDirection) {
    const double *direction = vectors, *c = vectors + dim;
    double along = 0, squares = 0;
    for (int64_t d = 0; d < dim; ++d) {
      const double difference = static_cast<double>(x[d]) / length - c[d];
      along += difference * direction[d];
      squares += difference * difference;
    }
    // A row equal to c has no direction from it: NaN.
    return clip(along / std::sqrt(squares));
  }
  double cosines[3];
  for (int i = 0; i < plan_.per_query; ++i) cosines[i] = clip(dot(x, vectors + i * dim, dim) / length);
  if (plan_.method == SearchMethod::kCosine) return cosines[0];
  const double a = (1 + cosines[0]) / 2, b = (1 + cosines[1]) / 2, c = (1 + cosines[2]) / 2;
  return b * c / (a + kCosMulEpsilon);
}

void Search::scan(const SearchRows &rows, int threads) {
  const SearchRange range = search_range();
  const int64_t portion = std::max<int64_t>(1, kPortion / plan_.dim);
  const int64_t portions = (rows.n + portion - 1) / portion;
  threads = static_cast<int>(std::max<int64_t>(1, std::min<int64_t>(threads, portions)));
  while (static_cast<int>(sinks_.size()) < threads) sinks_.push_back(std::make_unique<Sink>(*this));
  std::atomic<int64_t> next{0};
  run_parallel(threads, [&](int thread) {
    Sink &sink = *sinks_[static_cast<size_t>(thread)];
    for (int64_t i; (i = next.fetch_add(1)) < portions;) {
      const int64_t begin = i * portion, n = std::min(portion, rows.n - begin);
      sink.rows = {rows.data + begin * rows.stride, rows.stride, n, rows.first + begin};
      range(plan_, sink.rows, sink);
    }
  });
}

std::vector<SearchHit> Search::best(int64_t query) const {
  std::vector<SearchHit> found;
  for (const auto &sink : sinks_) {
    const auto &heap = sink->heaps[static_cast<size_t>(query)];
    found.insert(found.end(), heap.begin(), heap.end());
  }
  std::sort(found.begin(), found.end(), better);
  if (static_cast<int64_t>(found.size()) > k_) found.resize(static_cast<size_t>(k_));
  return found;
}

int64_t Search::without_direction() const {
  int64_t sum = 0;
  for (const auto &sink : sinks_) sum += sink->without_direction;
  return sum;
}

}  // namespace embtrain
