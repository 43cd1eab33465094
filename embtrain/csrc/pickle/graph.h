// Reads Python pickles as data: a pickle is a program, and this machine runs it without side effects. It
// records imports and calls by name, so nothing in a file can be executed.
#pragma once
#include <cstddef>
#include <cstdint>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

namespace embtrain {

enum class Kind : uint8_t {
  none,
  boolean,
  integer,
  big,
  real,
  text,
  bytes,
  tuple,
  list,
  dict,
  set,
  global,
  object
};

// One value. What a and b hold depends on the kind:
//   boolean, integer: a is the value; real: a is its bits; big: an integer of more than 64 bits, not kept;
//   text (UTF-8), bytes: a is the first byte in the file, b the length;
//   tuple, list, dict, set: a is the first chunk of children (low half) and the last one (high half), b their
//   number; global: a is the index of an allowed name; object: a is the index of a record.
struct Node {
  uint64_t a;
  uint64_t b : 56;
  uint64_t kind : 8;
};

// A recorded call: callable(*args), then the state and the items that the pickle gave the result; 0 is None.
struct Record {
  uint32_t callable, args, state, items;
};

// What is wrong with a pickle, and at which byte.
class PickleError : public std::runtime_error {
 public:
  PickleError(size_t byte, const std::string &what) : std::runtime_error(what), byte(byte) {}
  size_t byte;
};

// The values of a pickle. Node 0 is None. Values can contain each other in a cycle: never recurse over them.
class PickleGraph {
 public:
  // Reads `size` bytes of protocol 2 to 5. `allowed` holds the names "module name" that may occur.
  // Memory is at most 64 MB and six times the size. Throws PickleError.
  PickleGraph(const uint8_t *data, size_t size, const std::vector<std::string> &allowed);

  uint32_t root() const { return root_; }
  const Node &node(uint32_t id) const { return nodes_[id]; }
  size_t n_nodes() const { return nodes_.size(); }
  const Record &record(uint32_t id) const { return records_[nodes_[id].a]; }
  const uint8_t *data() const { return data_; }
  size_t size() const { return size_; }

  // The children of a tuple, list or set; the alternating keys and values of a dict; the items added to an
  // object.
  std::vector<uint32_t> children(uint32_t id) const;

  // The value at a key of text, among the first 256 of a dict or of an object's state; 0 if there is none.
  uint32_t field(uint32_t id, const std::string &key) const;

 private:
  friend class PickleMachine;
  const uint8_t *data_;
  size_t size_;
  uint32_t root_ = 0;
  std::deque<Node> nodes_;
  std::deque<Record> records_;
  std::deque<uint32_t>
      pool_;  // chunks of children: index of the next chunk (0: none), count, then the children
};

}  // namespace embtrain
