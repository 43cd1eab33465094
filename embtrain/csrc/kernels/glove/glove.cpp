// GloVe as an operator.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <numeric>
#include <stdexcept>
#include <string>
#include <vector>

#include "draws/draws.h"
#include "isa/isa.h"
#include "kernels/glove/glove_step.h"
#include "kernels/operators.h"
#include "threads/chunks.h"
#include "threads/pool.h"

namespace embtrain {

EMBTRAIN_VARIANTS(GloveTile, glove_tile)

namespace {

void check_offsets(const char *name, Values<int64_t> offsets, int64_t last) {
  require(offsets.size >= 1 && offsets.data[0] == 0 && offsets.data[offsets.size - 1] == last,
          std::string(name) + " must be offsets from 0 to " + std::to_string(last));
  for (int64_t k = 1; k < offsets.size; ++k)
    require(offsets.data[k] >= offsets.data[k - 1], std::string(name) + " must not fall");
}

GloveStep read_glove_step(const Arguments &arguments) {
  const Table words = arguments.table("words"), contexts = arguments.table("contexts");
  GloveStep step{};
  static_cast<Step &>(step) = read_step(arguments, words);
  check_table(step, "words", words);
  check_table(step, "contexts", contexts);
  require(step.stride % 32 == 0 && step.dim + 2 <= step.stride / 2,
          "a row must hold twice the vector, a bias and a 1, both rounded up to 16 floats");
  const auto records = arguments.input<int32_t>("records");
  const auto tiles = arguments.input<int64_t>("tiles"), rounds = arguments.input<int64_t>("rounds");
  require(records.size % 3 == 0, "records are three numbers each");
  step.words = words.data;
  step.contexts = contexts.data;
  step.records = records.data;
  step.n_records = records.size / 3;
  check_offsets("tiles", tiles, step.n_records);
  step.tiles = tiles.data;
  step.n_tiles = tiles.size - 1;
  check_offsets("rounds", rounds, step.n_tiles);
  step.rounds = rounds.data;
  step.n_rounds = rounds.size - 1;
  const double x_max = arguments.number("x_max");
  require(x_max > 0, "x_max must be more than 0");
  step.rate = static_cast<float>(step.lr);
  step.log_x_max = static_cast<float>(std::log(x_max));
  step.exponent = static_cast<float>(arguments.number("weighting_exponent"));
  return step;
}

void check_records(const GloveStep &step) {
  for (int64_t k = 0; k < step.n_records; ++k)
    for (int side = 0; side < 2; ++side)
      if (static_cast<uint32_t>(step.records[3 * k + side]) >= static_cast<uint64_t>(step.rows))
        throw std::out_of_range("record " + std::to_string(k) + " has row " +
                                std::to_string(step.records[3 * k + side]) + ", but tables have " +
                                std::to_string(step.rows));
}

// The order of a tile in an epoch; `place` is that of its first record in the epoch.
GloveTileOrder order_of(const GloveStep &step, int64_t begin, int64_t end) {
  const auto place = static_cast<uint64_t>(step.position + begin), n = static_cast<uint64_t>(end - begin);
  const uint64_t start = draws::draw(draws::key(step.seed, step.epoch, draws::kStart), place);
  const bool backwards = draws::draw(draws::key(step.seed, step.epoch, draws::kDirection), place) & 1;
  return {begin, end - begin, static_cast<int64_t>(draws::scaled(start, n) >> 32), backwards};
}

StepResult run(const GloveStep &step, GloveTile train, const std::function<bool()> &is_interrupted) {
  check_records(step);
  std::vector<GloveCounters> counters(static_cast<size_t>(step.threads));
  Stop stop(is_interrupted);
  std::atomic<bool> stopped{false};
  for (int64_t round = 0; round < step.n_rounds && !stopped; ++round) {
    // The largest tiles come first, so that no thread is left with one at the end.
    std::vector<int64_t> tiles(static_cast<size_t>(step.rounds[round + 1] - step.rounds[round]));
    std::iota(tiles.begin(), tiles.end(), step.rounds[round]);
    const auto size = [&](int64_t tile) { return step.tiles[tile + 1] - step.tiles[tile]; };
    std::stable_sort(tiles.begin(), tiles.end(), [&](int64_t a, int64_t b) { return size(a) > size(b); });
    std::atomic<size_t> next{0};
    run_parallel(step.threads, [&](int thread) {
      GloveCounters mine = counters[static_cast<size_t>(thread)];
      for (size_t k; !stopped && (k = next.fetch_add(1)) < tiles.size();) {
        const int64_t begin = step.tiles[tiles[k]], end = step.tiles[tiles[k] + 1];
        if (begin == end) break;
        train(step, order_of(step, begin, end), mine);
        if (mine.diverged >= 0 || stop.now(thread)) stopped = true;
      }
      counters[static_cast<size_t>(thread)] = mine;
    });
  }
  GloveCounters total;
  for (const GloveCounters &mine : counters) {
    total.records += mine.records;
    total.loss += mine.loss;
    total.diverged = std::max(total.diverged, mine.diverged);
  }
  if (total.diverged >= 0)
    return {{static_cast<double>(total.diverged), std::numeric_limits<double>::quiet_NaN()}, false};
  return {{static_cast<double>(total.records), total.loss}, stopped};
}

}  // namespace

RunStep glove(const Arguments &arguments) {
  return [step = read_glove_step(arguments), train = glove_tile()](
             const std::function<bool()> &is_interrupted) { return run(step, train, is_interrupted); };
}

}  // namespace embtrain
