// Rows of the input table, as a group's product sees them: the table's own, or rows composed of bags.
//
// Both classes serve one part of a sentence. `k` is a token of the part, by index into Scratch::words.
//   row(k)              the token's row; it must be inside the last `move`
//   look_ahead()        calls of `fetch` for the next group follow
//   fetch(product, k)   lists what `move` will need for the token among the rows to prefetch
//   move(first, last)   tokens [first, last) are in reach now; neither bound ever falls
//   finish()            no token is in reach any more
#pragma once
#include "kernels/windows/product.h"

namespace embtrain {
namespace {

EMBTRAIN_INLINE float *row(const TableView &table, int64_t stride, uint32_t id) {
  return (id < table.hot ? table.own : table.shared) + static_cast<int64_t>(id) * stride;
}

// The same, for `n` products.
EMBTRAIN_INLINE float *take_row(const TableView &table, int64_t stride, uint32_t id, uint32_t n = 1) {
  table.uses[id < table.counted ? id : table.counted] += n;
  return row(table, stride, id);
}

class TableRows {
 public:
  TableRows(const WindowStep &step, Scratch &scratch) : step_(step), s_(scratch) {}
  EMBTRAIN_INLINE_MEMBER float *row(int64_t k) { return take_row(s_.input, step_.stride, s_.words[k]); }
  EMBTRAIN_INLINE_MEMBER void look_ahead() {}
  EMBTRAIN_INLINE_MEMBER void fetch(Product &w, int64_t k) {
    w.ahead[w.n_ahead++] = embtrain::row(s_.input, step_.stride, s_.words[k]);
  }
  EMBTRAIN_INLINE_MEMBER void move(int64_t, int64_t) {}
  EMBTRAIN_INLINE_MEMBER void finish() {}

 private:
  const WindowStep &step_;
  Scratch &s_;
};

// A word's row is the mean of the rows of its bag when a token of it comes into reach. Products train that
// copy, which later tokens of the word use too. When the cell that holds it is needed for another word, and
// at the end of the part, its whole change is added to each row of the bag that is not frozen, so that their
// mean changes as the copy did if none is. A bag is read once and written once however many products its word
// is in.
class ComposedRows {
 public:
  ComposedRows(const WindowStep &step, Scratch &scratch)
      : step_(step), s_(scratch), used_((step.dim + kLanes - 1) / kLanes * kLanes) {}

  EMBTRAIN_INLINE_MEMBER float *row(int64_t k) {
    const int32_t cell = s_.cell_of_word[s_.words[k]];
    ++s_.cells[cell].uses;
    return now(cell);
  }

  EMBTRAIN_INLINE_MEMBER void look_ahead() { victim_ = next_; }
  EMBTRAIN_INLINE_MEMBER void fetch(Product &w, int64_t k) {
    if (s_.cell_of_word[s_.words[k]] >= 0) return;
    fetch_bag(w, s_.words[k]);
    // The word whose cell it will get, most likely.
    const uint32_t other = s_.cells[victim_].word;
    victim_ = (victim_ + 1) & s_.cell_mask;
    if (other != kNoWord) fetch_bag(w, other);
  }

  EMBTRAIN_INLINE_MEMBER void move(int64_t first, int64_t last) {
    for (; left_ < first && left_ < entered_; ++left_) --s_.cells[s_.cell_of_word[s_.words[left_]]].tokens;
    if (entered_ < first) entered_ = first;
    left_ = first;
    for (; entered_ < last; ++entered_) enter(s_.words[entered_]);
  }

  EMBTRAIN_INLINE_MEMBER void finish() {
    for (int32_t cell = 0; cell <= s_.cell_mask; ++cell)
      if (s_.cells[cell].word != kNoWord) empty(cell);
  }

 private:
  struct Bag {
    int64_t first, last;
  };
  EMBTRAIN_INLINE_MEMBER Bag bag_of(uint32_t word) const {
    return {step_.bag_offsets[word], step_.bag_offsets[word + 1]};
  }
  EMBTRAIN_INLINE_MEMBER float *now(int32_t cell) const { return s_.composed + cell * 2 * step_.stride; }

  EMBTRAIN_INLINE_MEMBER void fetch_bag(Product &w, uint32_t word) const {
    const Bag bag = bag_of(word);
    for (int64_t i = bag.first; i < bag.last && w.n_bags_ahead < kMaxBagsAhead; ++i)
      w.bags_ahead[w.n_bags_ahead++] = embtrain::row(s_.input, step_.stride, step_.bags[i]);
  }

  EMBTRAIN_INLINE_MEMBER void enter(uint32_t word) {
    int32_t &cell = s_.cell_of_word[word];
    if (cell < 0) {
      while (s_.cells[next_].tokens) next_ = (next_ + 1) & s_.cell_mask;
      if (s_.cells[next_].word != kNoWord) empty(next_);
      cell = next_;
      next_ = (next_ + 1) & s_.cell_mask;
      s_.cells[cell] = {word, 0, 0};
      for_all<Compose>(cell, word);
    }
    ++s_.cells[cell].tokens;
  }

  // Adds the change of a row to its bag.
  __attribute__((noinline)) void empty(int32_t cell) {
    const uint32_t word = s_.cells[cell].word;
    if (step_.frozen)
      for_all<Spread<true>>(cell, word);
    else
      for_all<Spread<false>>(cell, word);
    if (s_.input.counted) {
      const Bag bag = bag_of(word);
      for (int64_t i = bag.first; i < bag.last; ++i)
        take_row(s_.input, step_.stride, step_.bags[i], s_.cells[cell].uses);
    }
    s_.cell_of_word[word] = -1;
    s_.cells[cell] = {kNoWord, 0, 0};
  }

  // Calls Piece::run<N>(*this, cell, bag, d) for N vectors from dimension d on, until all are done.
  template <class Piece>
  EMBTRAIN_INLINE_MEMBER void for_all(int32_t cell, uint32_t word) const {
    const Bag bag = bag_of(word);
    const int64_t vectors = used_ / kLanes, pieces = (vectors + kMostVectors - 1) / kMostVectors;
    for (int64_t piece = 0, first = 0; piece < pieces; ++piece) {
      const int64_t last = vectors * (piece + 1) / pieces;
      EMBTRAIN_BY_COUNT(last - first, (Piece::template run<N>(*this, cell, bag, first * kLanes)))
      first = last;
    }
  }

  struct Compose {
    template <int N>
    EMBTRAIN_INLINE void run(const ComposedRows &rows, int32_t cell, Bag bag, int64_t d) {
      const float *const own = rows.s_.input.own + d, *const shared = rows.s_.input.shared + d;
      Column sum[N] = {};
      for (int64_t i = bag.first; i < bag.last; ++i) {
        const uint32_t id = rows.step_.bags[i];
        const float *from = (id < rows.s_.input.hot ? own : shared) + id * rows.step_.stride;
        for (int j = 0; j < N; ++j) sum[j] += load(from + j * kLanes);
      }
      const float share = 1 / static_cast<float>(bag.last - bag.first);
      float *to = rows.now(cell) + d, *before = to + rows.step_.stride;
      for (int j = 0; j < N; ++j) {
        const Column mean = share * sum[j];
        store(to + j * kLanes, mean);
        store(before + j * kLanes, mean);
      }
    }
  };

  template <bool kHasFrozen>
  struct Spread {
    template <int N>
    EMBTRAIN_INLINE void run(const ComposedRows &rows, int32_t cell, Bag bag, int64_t d) {
      float *const own = rows.s_.input.own + d, *const shared = rows.s_.input.shared + d;
      const int64_t hot = rows.s_.input.hot, stride = rows.step_.stride;
      const uint32_t *const bags = rows.step_.bags;
      const float *from = rows.now(cell) + d, *before = from + stride;
      Column change[N];
      for (int j = 0; j < N; ++j) change[j] = load(from + j * kLanes) - load(before + j * kLanes);
      for (int64_t i = bag.first; i < bag.last; ++i) {
        if (kHasFrozen && rows.step_.frozen[bags[i]]) continue;
        float *to = (bags[i] < hot ? own : shared) + bags[i] * stride;
        for (int j = 0; j < N; ++j) store(to + j * kLanes, load(to + j * kLanes) + change[j]);
      }
    }
  };

  static constexpr int kMostVectors = 8;  // that are added up at once: sums stay in registers

  const WindowStep &step_;
  Scratch &s_;
  const int64_t used_;              // floats of a row, the last vector filled up
  int64_t left_ = 0, entered_ = 0;  // tokens [left, entered) are in reach
  int32_t victim_ = 0;              // cell that the next bag to fetch will get, most likely
  int32_t next_ = 0;                // cell, unless a token in reach has it
};

}  // namespace
}  // namespace embtrain
