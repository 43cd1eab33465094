// Bindings of the kernels room: a training step for every operator, and the data that it uses (tables, alias
// tables, copies of frequent rows). Arrays are never converted: a step would update the converted copy.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/rooms.h"
#include "kernels/alias.h"
#include "kernels/arguments.h"
#include "kernels/hot_rows.h"
#include "kernels/operators.h"
#include "kernels/tables.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain;

namespace {

using FloatTable = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
template <class T>
using Array = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

// Arrays by name. Each must be taken. The caller keeps them alive during the step.
class Named {
 public:
  Named(const char *kind, const nb::dict &arrays) : kind_(kind), arrays_(arrays) {}

  template <class T>
  T take(const char *name, const char *expected) const {
    const nb::object key = nb::str(name);
    if (!arrays_.contains(key)) throw nb::type_error((kind_ + " '" + name + "' is missing").c_str());
    const nb::object given = arrays_[key];
    T array;
    if (!nb::try_cast<T>(given, array, false))
      throw nb::type_error(
          (kind_ + " '" + name + "' must be " + expected + ", contiguous, in the processor's memory")
              .c_str());
    taken_.push_back(name);
    return array;
  }

  void check_all_taken(const std::string &by) const {
    for (const auto &[key, array] : arrays_) {
      bool is_taken = false;
      for (const char *name : taken_) is_taken |= nb::cast<std::string>(key) == name;
      if (!is_taken)
        throw nb::type_error((kind_ + " '" + nb::cast<std::string>(key) + "' is unknown to " + by).c_str());
    }
  }

 private:
  std::string kind_;
  const nb::dict &arrays_;
  mutable std::vector<const char *> taken_;
};

class PythonArguments final : public Arguments {
 public:
  PythonArguments(const nb::dict &tables, const nb::dict &inputs, int64_t position, int64_t dim,
                  const nb::object &settings)
      : tables_("table", tables),
        inputs_("input", inputs),
        settings_(settings),
        position_(position),
        dim_(dim) {}

  Table table(const char *name) const override {
    const auto array = tables_.take<FloatTable>(name, "float32 [rows, stride], writable");
    return {array.data(), static_cast<int64_t>(array.shape(0)), static_cast<int64_t>(array.shape(1))};
  }
  int64_t integer(const char *setting) const override { return get<int64_t>(setting, "an integer"); }
  double number(const char *setting) const override { return get<double>(setting, "a number"); }
  bool flag(const char *setting) const override { return get<bool>(setting, "a bool"); }
  int64_t position() const override { return position_; }
  int64_t dim() const override { return dim_; }

  void check_all_taken(const std::string &by) const {
    tables_.check_all_taken(by);
    inputs_.check_all_taken(by);
  }

 private:
  template <class T>
  T get(const char *setting, const char *expected) const {
    const nb::object given = settings_.attr(setting);
    T value;
    if (!nb::try_cast<T>(given, value))
      throw nb::type_error((std::string("setting '") + setting + "' must be " + expected).c_str());
    return value;
  }
  template <class T>
  void take(const char *name, const char *expected, Values<T> &values) const {
    const auto array = inputs_.take<Array<T>>(name, expected);
    values = {array.data(), static_cast<int64_t>(array.shape(0))};
  }
  void read_input(const char *name, Values<int32_t> &values) const override {
    take(name, "int32 [n]", values);
  }
  void read_input(const char *name, Values<int64_t> &values) const override {
    take(name, "int64 [n]", values);
  }
  void read_input(const char *name, Values<float> &values) const override {
    take(name, "float32 [n]", values);
  }

  Named tables_, inputs_;
  const nb::object &settings_;
  int64_t position_, dim_;
};

std::vector<double> step(const std::string &name, const nb::dict &tables, const nb::dict &inputs,
                         int64_t position, int64_t dim, const nb::object &settings) {
  const PythonArguments arguments(tables, inputs, position, dim, settings);
  const RunStep run = find_operator(name).prepare(arguments);
  arguments.check_all_taken(name);
  StepResult result;
  {
    nb::gil_scoped_release release;
    result = run([] {
      nb::gil_scoped_acquire acquire;
      return PyErr_CheckSignals() != 0;
    });
  }
  if (result.interrupted) throw nb::python_error();
  return std::move(result.counters);
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

void bind_step(nb::module_ &m) {
  m.def("step", &step, "operator"_a, "tables"_a, "inputs"_a, "position"_a, "dim"_a, "settings"_a,
        "Runs one step of an operator on its tables (float32 [rows, stride] by name, changed in place) and "
        "inputs (arrays by name); settings are attributes. Returns the operator's counters.");
}

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
