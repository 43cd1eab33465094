// Bindings of the training kernels. Arrays are taken strictly: a silent conversion would update a copy.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/tuple.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <stdexcept>

#include "bindings/rooms.h"
#include "kernels/alias.h"
#include "kernels/dispatch.h"
#include "kernels/draws.h"
#include "kernels/hot_rows.h"
#include "kernels/tables.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain;

namespace {

using Table = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Array = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

void require(bool condition, const std::string &message) {
  if (!condition) throw std::invalid_argument(message);
}

std::string shape_of(const Table &t) {
  return std::to_string(t.shape(0)) + " x " + std::to_string(t.shape(1));
}

using Result = std::tuple<int64_t, int64_t, int64_t, double>;

Result run(Range InstructionSet::*objective, int group, Table input, Table output, Array<int32_t> ids,
           Array<int64_t> sentences, int64_t position, Array<float> keep, Array<int64_t> alias, int64_t dim,
           int window, int negatives, double lr, int64_t corpus_tokens, int64_t epochs, int64_t seed,
           int64_t epoch, int threads, bool corrected) {
  const int64_t rows = static_cast<int64_t>(input.shape(0)), stride = static_cast<int64_t>(input.shape(1));
  require(output.shape(0) == input.shape(0) && output.shape(1) == input.shape(1),
          "output table is " + shape_of(output) + ", expected the input table's " + shape_of(input));
  require(stride % 16 == 0, "rows must be a multiple of 16 floats long, found " + std::to_string(stride));
  require(dim >= 1 && dim <= stride,
          "dim must be from 1 to " + std::to_string(stride) + ", found " + std::to_string(dim));
  for (const auto *table : {&input, &output})
    require(reinterpret_cast<uintptr_t>(table->data()) % 64 == 0, "tables must be aligned to 64 bytes");
  require(static_cast<int64_t>(keep.shape(0)) == rows && static_cast<int64_t>(alias.shape(0)) == rows,
          "keep and alias must have one entry for each of the " + std::to_string(rows) + " rows");
  require(sentences.shape(0) >= 1 &&
              sentences.data()[sentences.shape(0) - 1] == static_cast<int64_t>(ids.shape(0)),
          "sentence offsets must end at the number of ids, " + std::to_string(ids.shape(0)));
  require(window >= 1 && negatives >= 0 && negatives <= 1000000 && threads >= 1 && epochs >= 1 &&
              corpus_tokens >= 0 && position >= 0,
          "window, epochs and threads must be at least 1; negatives, position and corpus_tokens at least 0");
  Step step{};
  step.input = input.data();
  step.output = output.data();
  step.rows = rows;
  step.stride = stride;
  step.dim = dim;
  step.ids = reinterpret_cast<const uint32_t *>(ids.data());
  step.sentences = sentences.data();
  step.n_sentences = static_cast<int64_t>(sentences.shape(0)) - 1;
  step.position = position;
  step.keep = keep.data();
  step.alias = reinterpret_cast<const uint64_t *>(alias.data());
  step.window = window;
  step.negatives = draws::shared_negatives(negatives, group);
  step.weight = static_cast<float>(negatives) / static_cast<float>(negatives ? step.negatives : 1);
  step.lr = lr;
  step.corpus_tokens = corpus_tokens;
  step.epochs = epochs;
  step.seed = static_cast<uint64_t>(seed);
  step.epoch = static_cast<uint64_t>(epoch);
  step.threads = threads;
  step.corrected = corrected;
  Counters counters;
  {
    nb::gil_scoped_release release;
    const InstructionSet &set = instruction_set();
    counters = run_step(step, set.*objective, set.merge_row, [] {
      nb::gil_scoped_acquire acquire;
      return PyErr_CheckSignals() != 0;
    });
  }
  if (counters.interrupted) throw nb::python_error();
  return {counters.words, counters.kept, counters.pairs, counters.loss};
}

nb::ndarray<nb::numpy, float, nb::ndim<2>> new_table(int64_t rows, int64_t stride) {
  require(rows >= 0 && stride >= 1 && rows <= (int64_t{1} << 56) / stride,
          "a table's shape must be positive and possible");
  const int64_t floats = rows * stride;
  struct Owner {
    float *data;
    int64_t floats;
    explicit Owner(int64_t n) : data(allocate_table(n)), floats(n) {}
    ~Owner() { free_table(data, floats); }
  };
  auto owned = std::make_unique<Owner>(floats);
  float *data = owned->data;
  nb::capsule owner(owned.release(), [](void *p) noexcept { delete static_cast<Owner *>(p); });
  return {data, {static_cast<size_t>(rows), static_cast<size_t>(stride)}, owner};
}

}  // namespace

void bind_kernels(nb::module_ &m) {
  m.def(
      "sgns",
      [](Table input, Table output, Array<int32_t> ids, Array<int64_t> sentences, int64_t position,
         Array<float> keep, Array<int64_t> alias, int64_t dim, int window, int negatives, double lr,
         int64_t corpus_tokens, int64_t epochs, int64_t seed, int64_t epoch, int threads) {
        return run(&InstructionSet::sgns, draws::kSkipGramGroup, input, output, ids, sentences, position,
                   keep, alias, dim, window, negatives, lr, corpus_tokens, epochs, seed, epoch, threads,
                   false);
      },
      "input"_a.noconvert(), "output"_a.noconvert(), "ids"_a.noconvert(), "sentences"_a.noconvert(),
      "position"_a, "keep"_a.noconvert(), "alias"_a.noconvert(), "dim"_a, "window"_a, "negatives"_a, "lr"_a,
      "corpus_tokens"_a, "epochs"_a, "seed"_a, "epoch"_a, "threads"_a,
      "One step of skip-gram with negative sampling; returns (words, kept, pairs, loss sum).");
  m.def(
      "cbow",
      [](Table input, Table output, Array<int32_t> ids, Array<int64_t> sentences, int64_t position,
         Array<float> keep, Array<int64_t> alias, int64_t dim, int window, int negatives, double lr,
         int64_t corpus_tokens, int64_t epochs, int64_t seed, int64_t epoch, int threads, bool corrected) {
        return run(&InstructionSet::cbow, draws::kCbowGroup, input, output, ids, sentences, position, keep,
                   alias, dim, window, negatives, lr, corpus_tokens, epochs, seed, epoch, threads, corrected);
      },
      "input"_a.noconvert(), "output"_a.noconvert(), "ids"_a.noconvert(), "sentences"_a.noconvert(),
      "position"_a, "keep"_a.noconvert(), "alias"_a.noconvert(), "dim"_a, "window"_a, "negatives"_a, "lr"_a,
      "corpus_tokens"_a, "epochs"_a, "seed"_a, "epoch"_a, "threads"_a, "corrected"_a,
      "One step of CBOW with negative sampling; returns (words, kept, windows, loss sum).");
  m.def("new_table", &new_table, "rows"_a, "stride"_a,
        "Zeroed float32 [rows, stride], aligned and on huge pages.");
  m.def(
      "fill_initial",
      [](Table table, int64_t dim, int64_t seed) {
        require(dim >= 1 && dim <= static_cast<int64_t>(table.shape(1)),
                "dim must be from 1 to the row length");
        nb::gil_scoped_release release;
        fill_initial(table.data(), static_cast<int64_t>(table.shape(0)), static_cast<int64_t>(table.shape(1)),
                     dim, static_cast<uint64_t>(seed));
      },
      "table"_a.noconvert(), "dim"_a, "seed"_a, "Initial values of an input table, in place.");
  m.def(
      "alias_table",
      [](Array<double> weights) {
        const auto n = static_cast<int64_t>(weights.shape(0));
        require(n < int64_t{0xFFFFFFFF}, "an alias table holds fewer than 2^32 - 1 rows");
        auto cells = std::make_unique<uint64_t[]>(static_cast<size_t>(n));
        {
          nb::gil_scoped_release release;
          build_alias(weights.data(), n, cells.get());
        }
        auto *data = reinterpret_cast<int64_t *>(cells.get());
        nb::capsule owner(cells.release(), [](void *p) noexcept { delete[] static_cast<uint64_t *>(p); });
        return nb::ndarray<nb::numpy, int64_t, nb::ndim<1>>(data, {static_cast<size_t>(n)}, owner);
      },
      "weights"_a.noconvert(), "Alias table of weights, int64 [n], each cell threshold << 32 | alias.");
  m.def(
      "instruction_set", [] { return std::string(instruction_set().name); },
      "Name of the set the kernels use.");
  m.def(
      "instruction_sets",
      [] {
        std::vector<std::tuple<std::string, bool>> all;
        for (const auto &set : instruction_sets()) all.emplace_back(set.name, set.available());
        return all;
      },
      "Sets compiled in, best first, and whether this processor has them.");
  m.def("use_instruction_set", &use_instruction_set, "name"_a, "Uses another instruction set from now on.");
  m.def("assume_core_distance", &assume_core_distance, "nanoseconds"_a,
        "Takes a cache line to need this long from core to core; 0 measures it, as usual.");
  m.def("walk_in_step", &walk_in_step, "in_step"_a,
        "Whether threads work on their chunks side by side, however few processors there are.");
  m.def("share_of", &share_of, "uses"_a, "rate"_a, "threads"_a,
        "How much of its change a thread adds to a row it has used so often since it last did.");
}
