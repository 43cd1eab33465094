#include "kernels/windows/run.h"

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "draws/draws.h"
#include "kernels/hot_rows.h"
#include "kernels/windows/scratch_memory.h"
#include "threads/chunks.h"
#include "threads/pool.h"

namespace embtrain {
namespace {

int64_t tokens_of(const WindowStep &step) { return step.sentences[step.n_sentences]; }

void check_ids(const WindowStep &step) {
  if (step.sentences[0] != 0)
    throw std::out_of_range("sentences must start at 0, found " + std::to_string(step.sentences[0]));
  for (int64_t k = 0; k < step.n_sentences; ++k)
    if (step.sentences[k + 1] < step.sentences[k])
      throw std::out_of_range("sentence offsets must not decrease: " + std::to_string(step.sentences[k]) +
                              " is followed by " + std::to_string(step.sentences[k + 1]));
  uint32_t largest = 0;
  const int64_t tokens = tokens_of(step);
  for (int64_t t = 0; t < tokens; ++t) largest = step.ids[t] > largest ? step.ids[t] : largest;
  if (tokens && largest >= static_cast<uint64_t>(step.rows))
    throw std::out_of_range("token id " + std::to_string(largest) + " is outside tables of " +
                            std::to_string(step.rows) + " rows");
}

void check_bags(const WindowStep &step) {
  if (!step.bag_offsets) return;
  for (int64_t k = 0; k < step.rows; ++k)
    if (step.bag_offsets[k + 1] <= step.bag_offsets[k])
      throw std::out_of_range("the bag of word " + std::to_string(k) + " is empty");
  uint32_t largest = 0;
  for (int64_t k = 0; k < step.bag_offsets[step.rows]; ++k)
    largest = step.bags[k] > largest ? step.bags[k] : largest;
  if (largest >= static_cast<uint64_t>(step.input_rows))
    throw std::out_of_range("a bag names row " + std::to_string(largest) + " of a table of " +
                            std::to_string(step.input_rows) + " rows");
}

StepResult total_of(const std::vector<Counters> &counters) {
  Counters total;
  for (const auto &c : counters) {
    total.words += c.words;
    total.kept += c.kept;
    total.pairs += c.pairs;
    total.loss += c.loss;
    total.bad_alias |= c.bad_alias;
    total.interrupted |= c.interrupted;
  }
  if (total.bad_alias) throw std::out_of_range("the alias table names a row outside the tables");
  return {{static_cast<double>(total.words), static_cast<double>(total.kept),
           static_cast<double>(total.pairs), total.loss},
          total.interrupted};
}

StepResult run(const WindowStep &step, Range range, const std::function<bool()> &is_interrupted) {
  check_ids(step);
  check_bags(step);
  // Chunks are cut at corpus positions that are multiples of kChunkTokens, so that they do not depend on
  // where steps end.
  const int64_t tokens = tokens_of(step), offset = step.position % kChunkTokens;
  const int64_t n_chunks = tokens ? (offset + tokens + kChunkTokens - 1) / kChunkTokens : 0;
  const int threads = static_cast<int>(step.threads < n_chunks ? step.threads : (n_chunks ? n_chunks : 1));
  std::vector<Counters> counters(static_cast<size_t>(threads));
  std::vector<std::unique_ptr<OwnedScratch>> scratch;
  for (int k = 0; k < threads; ++k) scratch.push_back(std::make_unique<OwnedScratch>(step));
  ScheduledStep both = step;  // rows that both tables have
  both.rows = step.rows < step.input_rows ? step.rows : step.input_rows;
  HotPlan plan(both, {step.input, step.output}, tokens, threads);
  ScheduledStep weights = step;
  weights.rows = step.n_positions;
  weights.lr *= step.position_rate;
  weights.min_lr *= step.position_rate;
  HotPlan plan_of_weights(weights, {step.positions}, tokens, threads, Copies::kAll);
  Chunks chunks(n_chunks, threads);
  Stop stop(is_interrupted);
  run_parallel(threads, [&](int thread) {
    Counters mine;  // on this thread's own stack: no cache line is shared while working
    Scratch &own = scratch[static_cast<size_t>(thread)]->scratch;
    HotRows rows(both, plan, thread), of_weights(weights, plan_of_weights, thread);
    own.input = rows.view(0);
    own.output = rows.view(1);
    own.place_weights = of_weights.view(0);
    rows.load();
    of_weights.load();
    plan.wait();
    int64_t done = 0;
    for (int64_t chunk; !mine.interrupted && (chunk = chunks.next(thread)) >= 0;) {
      const int64_t edge = chunk * kChunkTokens - offset, begin = edge > 0 ? edge : 0;
      const int64_t end = edge + kChunkTokens < tokens ? edge + kChunkTokens : tokens;
      range(step, begin, end, own, mine);
      plan.wait();
      rows.merge_due(++done);
      of_weights.merge_due(done);
      mine.interrupted = stop.now(thread);
    }
    plan.leave();
    rows.merge_all();
    of_weights.merge_all();
    counters[static_cast<size_t>(thread)] = mine;
  });
  return total_of(counters);
}

}  // namespace

WindowStep read_window_step(const Arguments &arguments, int group) {
  const Table input = arguments.table("input"), output = arguments.table("output");
  WindowStep step{};
  const auto bags = arguments.input<int32_t>("bags");
  const auto bag_offsets = arguments.input<int64_t>("bag_offsets");
  Table of_words = input;  // as large as the input table would be without bags
  if (bag_offsets.size) of_words.rows = output.rows;
  static_cast<ScheduledStep &>(step) = read_scheduled_step(arguments, of_words);
  check_table(step, "input", of_words);
  check_table(step, "output", output);
  step.input_rows = input.rows;
  if (bag_offsets.size) {
    require(bag_offsets.size == step.rows + 1 && bag_offsets.data[0] == 0 &&
                bag_offsets.data[step.rows] == bags.size,
            "bag_offsets must be " + std::to_string(step.rows + 1) + " offsets from 0 to the size of bags");
    step.bags = reinterpret_cast<const uint32_t *>(bags.data);
    step.bag_offsets = bag_offsets.data;
  }
  const auto frozen = arguments.input<int32_t>("frozen");
  if (frozen.size) {
    require(frozen.size == input.rows && bag_offsets.size, "frozen must have one entry for each of the " +
                                                               std::to_string(input.rows) +
                                                               " rows of input, and words must have bags");
    step.frozen = frozen.data;
  }
  step.input = input.data;
  step.output = output.data;
  const auto ids = arguments.input<int32_t>("ids");
  const auto sentences = arguments.input<int64_t>("sentences"), alias = arguments.input<int64_t>("alias");
  const auto keep = arguments.input<float>("keep");
  require(keep.size == step.rows && alias.size == step.rows,
          "keep and alias must have one entry for each of the " + std::to_string(step.rows) + " rows");
  require(sentences.size >= 1 && sentences.data[sentences.size - 1] == ids.size,
          "sentence offsets must end at the number of ids, " + std::to_string(ids.size));
  step.ids = reinterpret_cast<const uint32_t *>(ids.data);
  step.sentences = sentences.data;
  step.n_sentences = sentences.size - 1;
  step.keep = keep.data;
  step.alias = reinterpret_cast<const uint64_t *>(alias.data);
  const int64_t window = arguments.integer("window"), negatives = arguments.integer("negatives");
  require(window >= 1 && window <= INT32_MAX / 4 && negatives >= 0 && negatives <= 1000000,
          "window must be at least 1, negatives from 0 to 1000000");
  step.window = static_cast<int>(window);
  const bool is_fixed = arguments.flag("fixed_window");
  step.least_reach = is_fixed ? step.window : 1;
  step.reaches = is_fixed ? 1 : step.window;
  step.shared_negatives = draws::shared_negatives(static_cast<int>(negatives), group);
  step.weight = static_cast<float>(negatives) / static_cast<float>(negatives ? step.shared_negatives : 1);
  return step;
}

RunStep run_window_step(const WindowStep &step, const WindowKernel &kernel) {
  const Range range = step.bag_offsets ? kernel.composed : kernel.range;
  return
      [step, range](const std::function<bool()> &is_interrupted) { return run(step, range, is_interrupted); };
}

}  // namespace embtrain
