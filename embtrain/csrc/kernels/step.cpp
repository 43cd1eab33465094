#include "kernels/step.h"

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "kernels/hot_rows.h"
#include "threads/pool.h"

namespace embtrain {
namespace {

constexpr uint32_t kNoId = 0xFFFFFFFFu;
constexpr auto kAskEvery = std::chrono::milliseconds(20);

// Whether all threads are to stop, which the first of them finds out.
class Stop {
 public:
  explicit Stop(const std::function<bool()> &is_interrupted) : is_interrupted_(is_interrupted) {}

  bool now(int thread) {
    if (thread == 0 && Clock::now() >= next_) {
      if (is_interrupted_()) stopped_ = true;
      next_ = Clock::now() + kAskEvery;
    }
    return stopped_.load(std::memory_order_relaxed);
  }

 private:
  using Clock = std::chrono::steady_clock;
  const std::function<bool()> &is_interrupted_;
  Clock::time_point next_ = Clock::now() + kAskEvery;
  std::atomic<bool> stopped_{false};
};

// Owns the arrays of a Scratch, cut out of one aligned piece of memory.
class OwnedScratch {
 public:
  explicit OwnedScratch(const Step &step) {
    size_t size = 0;
    lay_out(step, nullptr, size);
    memory_.reset(static_cast<char *>(std::aligned_alloc(64, size)));
    if (!memory_) throw std::bad_alloc();
    size = 0;
    const int64_t front = lay_out(step, memory_.get(), size);
    for (int64_t k = 0; k < front; ++k) scratch.words[k - front] = kNoId;
  }
  Scratch scratch;

 private:
  // Assigns every array from `base` on; returns the number of cells before `words`.
  int64_t lay_out(const Step &step, char *base, size_t &size) {
    const int64_t reach = 2 * step.window + kMaxGroup, tokens = kChunk + reach, front = reach + 8;
    const int64_t columns = step.negatives + kMaxGroup, blocks = (columns + kMaxColumns - 1) / kMaxColumns;
    const auto take = [&](auto *&array, int64_t count) {
      array = reinterpret_cast<std::remove_reference_t<decltype(array)>>(base + size);
      size += (static_cast<size_t>(count) * sizeof(*array) + 63) / 64 * 64;
    };
    take(scratch.words, front + tokens);
    scratch.words += front;
    take(scratch.positions, tokens);
    take(scratch.repeats, tokens + 1);
    take(scratch.draws, kBatchGroups * columns);
    take(scratch.negatives, kBatchGroups * columns);
    take(scratch.windows, kBatchGroups * kMaxGroup);
    take(scratch.rows, reach);
    take(scratch.members, reach * kMaxGroup);
    take(scratch.columns, columns);
    take(scratch.column_ids, columns);
    take(scratch.positive, kMaxGroup * blocks * 8);
    take(scratch.total, kMaxGroup * blocks * 8);
    take(scratch.gradients, blocks * reach * 8);
    take(scratch.before, blocks > 1 ? reach * step.stride : 0);
    take(scratch.before_rows, reach);
    take(scratch.means, 2 * kMaxGroup * step.stride);
    take(scratch.keys, columns);
    return front;
  }

  struct Free {
    void operator()(char *p) const { std::free(p); }
  };
  std::unique_ptr<char, Free> memory_;
};

void check(const Step &step) {
  if (step.sentences[0] != 0)
    throw std::out_of_range("sentences must start at 0, found " + std::to_string(step.sentences[0]));
  for (int64_t k = 0; k < step.n_sentences; ++k)
    if (step.sentences[k + 1] < step.sentences[k])
      throw std::out_of_range("sentence offsets must not decrease: " + std::to_string(step.sentences[k]) +
                              " is followed by " + std::to_string(step.sentences[k + 1]));
  uint32_t largest = 0;
  for (int64_t t = 0; t < step.tokens(); ++t) largest = step.ids[t] > largest ? step.ids[t] : largest;
  if (step.tokens() && largest >= static_cast<uint64_t>(step.rows))
    throw std::out_of_range("token id " + std::to_string(largest) + " is outside tables of " +
                            std::to_string(step.rows) + " rows");
}

}  // namespace

Counters run_step(const Step &step, Range range, MergeRow merge_row,
                  const std::function<bool()> &is_interrupted) {
  check(step);
  // Chunks are cut at corpus positions that are multiples of kChunk, so that they do not depend on where
  // steps end.
  const int64_t tokens = step.tokens(), offset = step.position % kChunk;
  const int64_t chunks = tokens ? (offset + tokens + kChunk - 1) / kChunk : 0;
  const int threads = static_cast<int>(step.threads < chunks ? step.threads : (chunks ? chunks : 1));
  std::vector<Counters> counters(static_cast<size_t>(threads));
  std::vector<std::unique_ptr<OwnedScratch>> scratch;
  for (int k = 0; k < threads; ++k) scratch.push_back(std::make_unique<OwnedScratch>(step));
  HotPlan plan(step, threads, merge_row);
  // Each thread begins with a stretch of its own, because neighbouring text is about the same words; who is
  // done helps the others.
  struct alignas(64) Stretch {
    std::atomic<int64_t> next;
    int64_t end;
  };
  std::vector<Stretch> stretches(static_cast<size_t>(threads));
  for (int k = 0; k < threads; ++k) {
    stretches[static_cast<size_t>(k)].next = chunks * k / threads;
    stretches[static_cast<size_t>(k)].end = chunks * (k + 1) / threads;
  }
  Stop stop(is_interrupted);
  run_parallel(threads, [&](int thread) {
    Counters mine;  // on this thread's own stack: no cache line is shared while working
    Scratch &own = scratch[static_cast<size_t>(thread)]->scratch;
    HotRows rows(step, plan, thread);
    own.input = rows.input();
    own.output = rows.output();
    rows.load();
    plan.wait();
    int64_t done = 0;
    for (int k = 0; k < threads; ++k) {
      Stretch &stretch = stretches[static_cast<size_t>((thread + k) % threads)];
      for (int64_t chunk; !mine.interrupted && (chunk = stretch.next.fetch_add(1)) < stretch.end;) {
        const int64_t edge = chunk * kChunk - offset, begin = edge > 0 ? edge : 0;
        const int64_t end = edge + kChunk < tokens ? edge + kChunk : tokens;
        range(step, begin, end, own, mine);
        plan.wait();
        rows.merge_due(++done);
        mine.interrupted = stop.now(thread);
      }
    }
    plan.leave();
    rows.merge_all();
    counters[static_cast<size_t>(thread)] = mine;
  });
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
  return total;
}

}  // namespace embtrain
