// Binding of a training step for every operator. Arrays are never converted: a step would update the
// converted copy.
#include <nanobind/ndarray.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bindings/rooms.h"
#include "kernels/operators.h"

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

}  // namespace

void bind_step(nb::module_ &m) {
  m.def("step", &step, "operator"_a, "tables"_a, "inputs"_a, "position"_a, "dim"_a, "settings"_a,
        "Runs one step of an operator on its tables (float32 [rows, stride] by name, changed in place) and "
        "inputs (arrays by name); settings are attributes. Returns the operator's counters.");
}
