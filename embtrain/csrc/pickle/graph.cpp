// The values of a pickle once it has been read.
#include "pickle/graph.h"

#include <cstring>

#include "pickle/machine.h"

namespace embtrain {

namespace {

constexpr size_t kMaxFields = 256;

bool holds_children(Kind kind) { return kind >= Kind::tuple && kind <= Kind::set; }

}  // namespace

PickleGraph::PickleGraph(const uint8_t *data, size_t size, const std::vector<std::string> &allowed)
    : data_(data), size_(size) {
  root_ = PickleMachine(*this, allowed).run();
}

std::vector<uint32_t> PickleGraph::children(uint32_t id) const {
  if (static_cast<Kind>(node(id).kind) == Kind::object) id = record(id).items;
  std::vector<uint32_t> ids;
  if (!holds_children(static_cast<Kind>(node(id).kind))) return ids;
  ids.reserve(node(id).b);
  for (uint32_t chunk = node(id).a & UINT32_MAX; chunk != 0; chunk = pool_[chunk]) {
    const auto first = pool_.begin() + chunk + 2;
    ids.insert(ids.end(), first, first + pool_[chunk + 1]);
  }
  return ids;
}

uint32_t PickleGraph::field(uint32_t id, const std::string &key) const {
  if (static_cast<Kind>(node(id).kind) == Kind::object) id = record(id).state;
  uint32_t value = 0;
  if (static_cast<Kind>(node(id).kind) != Kind::dict) return value;
  size_t seen = 0;
  for (uint32_t chunk = node(id).a & UINT32_MAX; chunk != 0; chunk = pool_[chunk]) {
    const uint32_t count = pool_[chunk + 1];
    for (uint32_t i = 0; i + 1 < count; i += 2) {
      if (++seen > kMaxFields) return value;
      const Node &name = node(pool_[chunk + 2 + i]);
      const bool named =
          static_cast<Kind>(name.kind) == Kind::text || static_cast<Kind>(name.kind) == Kind::bytes;
      const bool equal =
          named && name.b == key.size() && std::memcmp(data_ + name.a, key.data(), key.size()) == 0;
      if (equal) value = pool_[chunk + 3 + i];
    }
  }
  return value;
}

}  // namespace embtrain
