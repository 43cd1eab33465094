// pickle/graph.h: pickles read as data. Every value that was recorded can be looked at.
#include "input.h"
#include "pickle/graph.h"

namespace {

using embtrain::Kind;
using embtrain::Node;
using embtrain::PickleGraph;

const std::vector<std::string> kAllowed = {"gensim.models.keyedvectors KeyedVectors", "numpy dtype",
                                           "numpy.core.multiarray _reconstruct", "a b"};

bool is_stretch(const Node &node) {
  return static_cast<Kind>(node.kind) == Kind::text || static_cast<Kind>(node.kind) == Kind::bytes;
}

void check_node(const PickleGraph &graph, std::uint32_t id) {
  const Node &node = graph.node(id);
  const auto kind = static_cast<Kind>(node.kind);
  EXPECT(kind <= Kind::object);
  if (is_stretch(node)) EXPECT(node.a <= graph.size() && node.b <= graph.size() - node.a);
  if (kind == Kind::global) EXPECT(node.a < kAllowed.size());
  if (kind == Kind::object) {
    const embtrain::Record &record = graph.record(id);
    for (const std::uint32_t part : {record.callable, record.args, record.state, record.items})
      EXPECT(part < graph.n_nodes());
    EXPECT(static_cast<Kind>(graph.node(record.callable).kind) == Kind::global);
  }
  const std::vector<std::uint32_t> children = graph.children(id);
  for (const std::uint32_t child : children) EXPECT(child < graph.n_nodes());
  if (kind == Kind::dict) EXPECT(children.size() % 2 == 0);
  EXPECT(graph.field(id, "vectors") < graph.n_nodes());
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  const fuzz::Block block({reinterpret_cast<const char *>(data), size});
  try {
    const PickleGraph graph(block.data(), block.size, kAllowed);
    EXPECT(graph.root() < graph.n_nodes());
    // A value can be part of many others: looking at all parts of all values may take the square of the size.
    const auto n = static_cast<std::uint32_t>(std::min<std::size_t>(graph.n_nodes(), 2000));
    for (std::uint32_t id = 0; id < n; ++id) check_node(graph, id);
  } catch (const embtrain::PickleError &error) {
    EXPECT(error.byte <= size);
    for (const char *c = error.what(); *c != 0; ++c) EXPECT(*c >= 0x20 && *c < 0x7F);
  }
  return 0;
}
