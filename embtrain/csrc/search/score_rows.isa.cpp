// The search kernel: scores rows roughly against query vectors, and finds those that need an exact score.
//
// Rows are taken in tiles of kTile. For many query vectors a panel of tiles is scaled to length 1 and
// transposed, so that a product needs no sums across lanes: a block of six query vectors against a tile is 12
// running sums in registers. For few, each row is scored in place, at the speed of memory, together with its
// length.
#include "isa/simd.h"
#include "search/plan.h"

namespace embtrain::EMBTRAIN_SET {
namespace {

constexpr int kTile = 2 * kLanes;
static_assert(kTile <= kSearchTile, "search.cpp makes room for the widest tile");
const float kNaN = __builtin_nanf("");
// Rows have whatever alignment their file gave them.
typedef float Unaligned __attribute__((vector_size(kLanes * 4), aligned(4), may_alias));

EMBTRAIN_INLINE Column load_any(const float *p) { return *reinterpret_cast<const Unaligned *>(p); }
EMBTRAIN_INLINE Column splat(float x) { return Column{} + x; }

EMBTRAIN_INLINE float sum_lanes(Column v) {
  float sum = 0;
  for (int j = 0; j < kLanes; ++j) sum += v[j];
  return sum;
}

EMBTRAIN_INLINE bool any_at_least(Column a, Column b, Column least) {
#if defined(__AVX512F__)
  const __m512 t = reinterpret_cast<__m512>(least);
  return (_mm512_cmp_ps_mask(reinterpret_cast<__m512>(a), t, _CMP_GE_OQ) |
          _mm512_cmp_ps_mask(reinterpret_cast<__m512>(b), t, _CMP_GE_OQ)) != 0;
#elif defined(__AVX__)
  const __m256 t = reinterpret_cast<__m256>(least);
  return _mm256_movemask_ps(_mm256_or_ps(_mm256_cmp_ps(reinterpret_cast<__m256>(a), t, _CMP_GE_OQ),
                                         _mm256_cmp_ps(reinterpret_cast<__m256>(b), t, _CMP_GE_OQ))) != 0;
#else
  bool any = false;
  for (int j = 0; j < kLanes; ++j) any |= a[j] >= least[j] || b[j] >= least[j];
  return any;
#endif
}

EMBTRAIN_INLINE bool usable(float squares) { return squares > kSearchLeast && squares < kSearchMost; }

// Dot products of a row with N vectors [N][dim] and with itself (last).
template <int N>
EMBTRAIN_INLINE void dots_of_row(const float *row, const float *vectors, int64_t dim, float *dots) {
  Column sums[N + 1][2] = {};
  int64_t d = 0;
  for (; d + 2 * kLanes <= dim; d += 2 * kLanes) {
    for (int half = 0; half < 2; ++half) {
      const int64_t at = d + half * kLanes;
      const Column x = load_any(row + at);
      for (int v = 0; v < N; ++v) sums[v][half] += x * load_any(vectors + v * dim + at);
      sums[N][half] += x * x;
    }
  }
  for (int v = 0; v <= N; ++v) {
    const float *other = v < N ? vectors + v * dim : row;
    dots[v] = sum_lanes(sums[v][0] + sums[v][1]);
    for (int64_t i = d; i < dim; ++i) dots[v] += row[i] * other[i];
  }
}

// Scores a tile of n rows in place, [vectors][kTile]; NaN for odd and missing rows.
template <int N>
static void score_in_place(const SearchPlan &plan, const SearchRows &rows, SearchSink &sink, float *scores) {
  for (int r = 0; r < kTile; ++r) {
    float dots[N + 1], scale = kNaN;
    if (r < rows.n) {
      dots_of_row<N>(rows.data + r * rows.stride, plan.plain, plan.dim, dots);
      if (usable(dots[N]))
        scale = 1 / __builtin_sqrtf(dots[N]);
      else
        sink.odd(rows.first + r);
    }
    for (int v = 0; v < N; ++v) scores[v * kTile + r] = r < rows.n ? dots[v] * scale : scale;
  }
}

// Writes a tile of n rows as [dim][kTile], each row at length 1; NaN for odd and missing rows.
static void pack_tile(const SearchPlan &plan, const SearchRows &rows, SearchSink &sink, float *tile) {
  float scales[kTile];
  const float *data[kTile];
  for (int r = 0; r < kTile; ++r) {
    scales[r] = kNaN;
    data[r] = rows.data + (r < rows.n ? r : 0) * rows.stride;
    if (r >= rows.n) continue;
    float squares;
    dots_of_row<0>(data[r], nullptr, plan.dim, &squares);
    if (usable(squares))
      scales[r] = 1 / __builtin_sqrtf(squares);
    else
      sink.odd(rows.first + r);
  }
  for (int64_t d = 0; d < plan.dim; ++d)
    for (int r = 0; r < kTile; ++r) tile[d * kTile + r] = data[r][d] * scales[r];
}

// Scores of a block of query vectors against a packed tile, [kSearchBlock][kTile].
EMBTRAIN_INLINE void score_tile(const float *block, const float *tile, int64_t dim, float *scores) {
  Column low[kSearchBlock] = {}, high[kSearchBlock] = {};
  for (int64_t d = 0; d < dim; ++d) {
    const Column x = load(tile + d * kTile), y = load(tile + d * kTile + kLanes);
#pragma GCC unroll 6
    for (int v = 0; v < kSearchBlock; ++v) {
      const Column q = splat(block[d * kSearchBlock + v]);
      low[v] += q * x;
      high[v] += q * y;
    }
  }
  for (int v = 0; v < kSearchBlock; ++v) {
    store(scores + v * kTile, low[v]);
    store(scores + v * kTile + kLanes, high[v]);
  }
}

// Whether a row with these rough cosines may score `bound` or more. False for NaN. Divisions and roots are
// multiplied out.
struct CosMul {
  static bool may_reach(const float *scores, float bound, float slack, float) {
    const auto widened = [](float x) { return x < 0 ? 0 : x; };
    const float a = widened(1 + scores[0] - slack), b = widened(1 + scores[kTile] + slack),
                c = widened(1 + scores[2 * kTile] + slack);
    return b * c >= bound * 2 * (a + 2 * static_cast<float>(kCosMulEpsilon));
  }
};

struct PairDirection {
  static bool may_reach(const float *scores, float bound, float slack, float offset) {
    const float along = scores[0] - offset + 2 * slack;
    const float squares = 2 - 2 * scores[kTile] + (bound < 0 ? 4 : -4) * slack;
    return along * __builtin_fabsf(along) >=
           bound * __builtin_fabsf(bound) * (squares < 1e-12f ? 1e-12f : squares);
  }
};

// Offers the rows of a tile that may be among the best of the queries of a block.
template <class Method>
static void report_combined(const SearchPlan &plan, const SearchRows &rows, int64_t block,
                            const float *scores, SearchSink &sink) {
  const int per_block = kSearchBlock / plan.per_query;
  for (int i = 0; i < per_block; ++i) {
    const int64_t query = block * per_block + i;
    const float *own = scores + i * plan.per_query * kTile, *bound = sink.bounds + query;
    const float offset = plan.offsets[query], slack = plan.slack;
    int any = 0;
    for (int r = 0; r < kTile; ++r) any |= Method::may_reach(own + r, *bound, slack, offset);
    for (int r = 0; any && r < kTile; ++r)
      if (Method::may_reach(own + r, *bound, slack, offset)) sink.offer(query, rows.first + r);
  }
}

static void report_cosines(const SearchRows &rows, int64_t block, const float *scores, int n_vectors,
                           SearchSink &sink) {
  for (int v = 0; v < n_vectors; ++v, scores += kTile) {
    const float *bound = sink.bounds + block * kSearchBlock + v;
    if (__builtin_expect(!any_at_least(load(scores), load(scores + kLanes), splat(*bound)), 1)) continue;
    for (int r = 0; r < kTile; ++r)
      if (scores[r] >= *bound) sink.offer(block * kSearchBlock + v, rows.first + r);
  }
}

EMBTRAIN_INLINE void report(const SearchPlan &plan, const SearchRows &rows, int64_t block,
                            const float *scores, int n_vectors, SearchSink &sink) {
  if (plan.method == SearchMethod::kCosine)
    report_cosines(rows, block, scores, n_vectors, sink);
  else if (plan.method == SearchMethod::kCosMul)
    report_combined<CosMul>(plan, rows, block, scores, sink);
  else
    report_combined<PairDirection>(plan, rows, block, scores, sink);
}

EMBTRAIN_INLINE SearchRows tile_of(const SearchRows &rows, int64_t begin) {
  const int64_t left = rows.n - begin;
  return {rows.data + begin * rows.stride, rows.stride, left < kTile ? left : kTile, rows.first + begin};
}

static void search_few(const SearchPlan &plan, const SearchRows &rows, SearchSink &sink) {
  const int n_vectors = static_cast<int>(plan.n_queries) * plan.per_query;
  alignas(64) float scores[kSearchBlock * kTile];
  // What belongs to no query must not look like a good score.
  for (float &score : scores) score = kNaN;
  for (int64_t begin = 0; begin < rows.n; begin += kTile) {
    const SearchRows tile = tile_of(rows, begin);
    if (n_vectors == 1)
      score_in_place<1>(plan, tile, sink, scores);
    else if (n_vectors == 2)
      score_in_place<2>(plan, tile, sink, scores);
    else
      score_in_place<3>(plan, tile, sink, scores);
    report(plan, tile, 0, scores, n_vectors, sink);
  }
}

static void search_panel(const SearchPlan &plan, const SearchRows &panel, SearchSink &sink) {
  const int64_t tile_floats = plan.dim * kTile;
  for (int64_t begin = 0; begin < panel.n; begin += kTile)
    pack_tile(plan, tile_of(panel, begin), sink, sink.tiles + begin / kTile * tile_floats);
  alignas(64) float scores[kSearchBlock * kTile];
  for (int64_t block = 0; block < plan.blocks; ++block) {
    const float *vectors = plan.packed + block * plan.dim * kSearchBlock;
    for (int64_t begin = 0; begin < panel.n; begin += kTile) {
      score_tile(vectors, sink.tiles + begin / kTile * tile_floats, plan.dim, scores);
      report(plan, tile_of(panel, begin), block, scores, kSearchBlock, sink);
    }
  }
}

void search_all(const SearchPlan &plan, const SearchRows &rows, SearchSink &sink) {
  if (plan.n_queries * plan.per_query <= kSearchFew) return search_few(plan, rows, sink);
  const int64_t tiles = kSearchPanel / (plan.dim * kTile), step = (tiles < 1 ? 1 : tiles) * kTile;
  for (int64_t begin = 0; begin < rows.n; begin += step) {
    const int64_t n = step < rows.n - begin ? step : rows.n - begin;
    search_panel(plan, {rows.data + begin * rows.stride, rows.stride, n, rows.first + begin}, sink);
  }
}

}  // namespace

extern constexpr SearchRange search_range = search_all;

}  // namespace embtrain::EMBTRAIN_SET
