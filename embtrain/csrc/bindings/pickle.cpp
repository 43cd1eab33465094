// Bindings that read the nodes of a pickle in bulk.
#include <nanobind/nanobind.h>
#include <nanobind/stl/string.h>
#include <nanobind/stl/vector.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "bindings/arrays.h"
#include "bindings/rooms.h"
#include "pickle/graph.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using embtrain::Kind;
using embtrain::Node;

namespace {

using Ids = In<const uint32_t>;

class Pickle {
 public:
  Pickle(In<const uint8_t> data, const std::vector<std::string> &allowed) : data_(std::move(data)) {
    try {
      nb::gil_scoped_release release;
      graph_ = std::make_unique<embtrain::PickleGraph>(data_.data(), data_.size(), allowed);
    } catch (const embtrain::PickleError &error) {
      throw nb::value_error(("byte " + std::to_string(error.byte) + ": " + error.what()).c_str());
    }
  }

  uint32_t root() const { return graph_->root(); }

  const char *kind(uint32_t id) const {
    static const char *const kNames[] = {"none",  "boolean", "integer", "integer", "real",   "text",  "bytes",
                                         "tuple", "list",    "dict",    "set",     "global", "object"};
    return kNames[known(id).kind];
  }

  nb::object scalar(uint32_t id) const {
    const Node &node = known(id);
    switch (static_cast<Kind>(node.kind)) {
      case Kind::boolean:
        return nb::bool_(node.a != 0);
      case Kind::integer:
        return nb::int_(static_cast<int64_t>(node.a));
      case Kind::real: {
        double value;
        std::memcpy(&value, &node.a, sizeof value);
        return nb::float_(value);
      }
      default:
        return nb::none();
    }
  }

  nb::tuple span(uint32_t id) const {
    const Node &node = stretch(id);
    return nb::make_tuple(static_cast<uint64_t>(node.a), static_cast<uint64_t>(node.b));
  }

  int64_t name(uint32_t id) const {
    return static_cast<Kind>(known(id).kind) == Kind::global ? static_cast<int64_t>(known(id).a) : -1;
  }

  nb::tuple record(uint32_t id) const {
    if (static_cast<Kind>(known(id).kind) != Kind::object) throw nb::value_error("expected an object");
    const embtrain::Record &record = graph_->record(id);
    return nb::make_tuple(record.callable, record.args, record.state, record.items);
  }

  Array<uint32_t> children(uint32_t id) const {
    known(id);
    return to_numpy(graph_->children(id));
  }

  Array<uint32_t> fields(Ids ids, const std::string &key) const {
    std::vector<uint32_t> values(ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      known(ids.data()[i]);
      values[i] = graph_->field(ids.data()[i], key);
    }
    return to_numpy(std::move(values));
  }

  Array<int64_t> integers(Ids ids) const {
    std::vector<int64_t> values(ids.size());
    for (size_t i = 0; i < ids.size(); ++i) {
      const Node &node = known(ids.data()[i]);
      if (static_cast<Kind>(node.kind) != Kind::integer)
        throw nb::value_error("expected integers of 64 bits");
      values[i] = static_cast<int64_t>(node.a);
    }
    return to_numpy(std::move(values));
  }

  nb::tuple words(Ids ids) const {
    std::vector<int64_t> offsets(ids.size() + 1, 0);
    size_t total = 0;
    for (size_t i = 0; i < ids.size(); ++i) {
      total += stretch(ids.data()[i]).b;
      // The words of a model differ. A pickle that repeats one string could exhaust any memory.
      if (total > graph_->size())
        throw nb::value_error("expected different words, found the same one repeatedly");
      offsets[i + 1] = static_cast<int64_t>(total);
    }
    std::vector<uint8_t> arena(total);
    for (size_t i = 0; i < ids.size(); ++i) {
      const Node &node = graph_->node(ids.data()[i]);
      if (node.b > 0) std::memcpy(arena.data() + offsets[i], graph_->data() + node.a, node.b);
    }
    return nb::make_tuple(to_numpy(std::move(arena)), to_numpy(std::move(offsets)));
  }

 private:
  const Node &known(uint32_t id) const {
    if (id >= graph_->n_nodes()) throw nb::index_error("no such node");
    return graph_->node(id);
  }

  const Node &stretch(uint32_t id) const {
    const Node &node = known(id);
    const auto kind = static_cast<Kind>(node.kind);
    if (kind != Kind::text && kind != Kind::bytes) throw nb::value_error("expected text");
    return node;
  }

  In<const uint8_t> data_;
  std::unique_ptr<embtrain::PickleGraph> graph_;
};

}  // namespace

void bind_pickle(nb::module_ &m) {
  nb::class_<Pickle>(m, "Pickle", "The values of a pickle (uint8 [n]), recorded instead of executed.")
      .def(nb::init<In<const uint8_t>, const std::vector<std::string> &>(), "data"_a.noconvert(), "allowed"_a)
      .def("root", &Pickle::root, "The root node.")
      .def("kind", &Pickle::kind, "node"_a,
           "none, boolean, integer, real, text, bytes, tuple, ... or object.")
      .def("scalar", &Pickle::scalar, "node"_a, "The value of a boolean, an integer or a real; else None.")
      .def("span", &Pickle::span, "node"_a, "First byte and number of bytes of text or bytes.")
      .def("name", &Pickle::name, "node"_a, "Index of a global in the allowed names; -1 for other kinds.")
      .def("record", &Pickle::record, "node"_a,
           "Nodes of an object: callable, arguments, state, items; 0: none.")
      .def("children", &Pickle::children, "node"_a,
           "Nodes in a container; the keys and values of a dict alternate.")
      .def("fields", &Pickle::fields, "nodes"_a.noconvert(), "key"_a,
           "For each dict or object (uint32 [n]), the node at a key of its state; 0: none.")
      .def("integers", &Pickle::integers, "nodes"_a.noconvert(), "Values of integers, int64 [n].")
      .def("words", &Pickle::words, "nodes"_a.noconvert(), "Arena and offsets of texts.");
}
