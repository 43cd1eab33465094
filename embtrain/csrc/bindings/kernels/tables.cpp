// Bindings of the data that training kernels use: tables, alias tables, copies of frequent rows.
#include "kernels/tables.h"

#include <nanobind/ndarray.h>

#include <memory>
#include <stdexcept>

#include "bindings/rooms.h"
#include "draws/draws.h"
#include "kernels/alias.h"
#include "kernels/arguments.h"
#include "kernels/hot_rows.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain;

namespace {

using FloatTable = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Array = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

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

void bind_tables(nb::module_ &m) {
  m.def(
      "learning_rate",
      [](double lr, int64_t position, int64_t epoch, int64_t epochs, int64_t corpus_tokens, double min_lr) {
        ScheduledStep step{};
        step.lr = lr;
        step.epoch = static_cast<uint64_t>(epoch);
        step.epochs = epochs;
        step.corpus_tokens = corpus_tokens;
        step.min_lr = min_lr;
        return rate_at(step, position);
      },
      "lr"_a, "position"_a, "epoch"_a, "epochs"_a, "corpus_tokens"_a, "min_lr"_a,
      "The learning rate that the kernels use at a position of the corpus.");
  m.def("new_table", &new_table, "rows"_a, "stride"_a,
        "Zeroed float32 [rows, stride], aligned and on huge pages.");
  m.def(
      "fill_initial",
      [](FloatTable table, int64_t dim, int64_t seed) {
        require(dim >= 1 && dim <= static_cast<int64_t>(table.shape(1)),
                "dim must be from 1 to the row length");
        nb::gil_scoped_release release;
        fill_initial(table.data(), static_cast<int64_t>(table.shape(0)), static_cast<int64_t>(table.shape(1)),
                     dim, static_cast<uint64_t>(seed));
      },
      "table"_a.noconvert(), "dim"_a, "seed"_a, "Fills an input table with initial values, in place.");
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
  m.def("assume_core_distance", &assume_core_distance, "nanoseconds"_a,
        "Assumes that a cache line takes this long from core to core; 0, the default, measures it.");
  m.def("walk_in_step", &walk_in_step, "in_step"_a,
        "Whether threads advance through their chunks together, even with fewer processors than threads.");
  m.def("share_of", &share_of, "uses"_a, "rate"_a, "threads"_a,
        "The share of its change that a thread adds to a row it has used `uses` times since its last merge.");
}
