// How the pickle machine changes its stack, its memo and its nodes.
#include "pickle/machine.h"

namespace embtrain {

namespace {

constexpr size_t kFreeMemory = size_t{64} << 20;
constexpr size_t kMemoryPerByte = 6;  // real models need up to 3; one byte of a hostile file could ask for 30

}  // namespace

std::string printable(const std::string &text) {
  std::string out = text.substr(0, 100);
  for (char &c : out) c = c < 0x20 || c > 0x7e ? '?' : c;
  return out;
}

// Moves the values on the stack from `first` on to the children of a node.
void PickleMachine::extend(uint32_t id, size_t first) {
  const size_t count = stack_.size() - first;
  if (count > 0) {
    auto &pool = graph_.pool_;
    if (pool.size() + count + 2 >= UINT32_MAX) fail("more values than 2^32");
    const uint64_t chunk = pool.size();
    pool.push_back(0);
    pool.push_back(static_cast<uint32_t>(count));
    pool.insert(pool.end(), stack_.begin() + static_cast<std::ptrdiff_t>(first), stack_.end());
    Node &node = graph_.nodes_[id];
    if (node.b == 0) {
      node.a = chunk | chunk << 32;
    } else {
      pool[node.a >> 32] = static_cast<uint32_t>(chunk);
      node.a = (node.a & UINT32_MAX) | chunk << 32;
    }
    node.b += count;
    stack_.resize(first);
  }
}

// Makes a container of the values on the stack from `first` on.
void PickleMachine::collect(Kind kind, size_t first) {
  if (kind == Kind::dict && (stack_.size() - first) % 2 != 0)
    fail("expected pairs for a dict, found an odd number");
  const uint32_t id = add(kind, 0);
  extend(id, first);
  push(id);
}

// Adds the values on the stack from `first` on to the container (or the object like one) below them.
void PickleMachine::add_items(Kind kind, size_t first) {
  if (first <= floor()) fail("expected a container below the items, found none");
  if (kind == Kind::dict && (stack_.size() - first) % 2 != 0)
    fail("expected pairs for a dict, found an odd number");
  uint32_t target = stack_[first - 1];
  if (kind_of(target) == Kind::object) {
    Record &record = graph_.records_[graph_.nodes_[target].a];
    if (record.items == kNone) record.items = add(Kind::list, 0);
    target = record.items;
  } else if (kind_of(target) != kind) {
    fail("expected another kind of container below the items");
  }
  extend(target, first);
}

void PickleMachine::remember(uint64_t key) {
  // Each entry took bytes of the file, so a pickler never writes a greater number.
  if (key > start_)
    fail("expected a memo number up to " + std::to_string(start_) + ", found " + std::to_string(key));
  if (key >= memo_.size()) memo_.resize(key + 1, UINT32_MAX);
  memo_[key] = top();
}

void PickleMachine::recall(uint64_t key) {
  if (key >= memo_.size() || memo_[key] == UINT32_MAX) fail("memo " + std::to_string(key) + " was never set");
  push(memo_[key]);
}

void PickleMachine::name(const std::string &module, const std::string &attribute) {
  const auto found = allowed_.find(module + ' ' + attribute);
  if (found == allowed_.end()) fail("it asks for " + printable(module) + '.' + printable(attribute));
  push(add(Kind::global, found->second));
}

void PickleMachine::stack_name() {
  std::string parts[2];
  for (int i = 1; i >= 0; --i) {
    const Node &node = graph_.nodes_[pop()];
    if (static_cast<Kind>(node.kind) != Kind::text || node.b > kMaxLine) fail("expected a name as text");
    parts[i].assign(reinterpret_cast<const char *>(data_ + node.a), node.b);
  }
  name(parts[0], parts[1]);
}

// Records a call. Its target must be an allowed name: the result of a call cannot be called.
void PickleMachine::call(bool with_keywords) {
  if (with_keywords && kind_of(pop()) != Kind::dict) fail("expected keywords as a dict");
  const uint32_t args = pop(), callable = pop();
  if (kind_of(callable) != Kind::global || kind_of(args) != Kind::tuple)
    fail("expected a name and its arguments");
  graph_.records_.push_back({callable, args, kNone, kNone});
  push(add(Kind::object, graph_.records_.size() - 1));
}

void PickleMachine::build() {
  const uint32_t state = pop();
  if (kind_of(top()) != Kind::object) fail("expected an object to give a state to");
  graph_.records_[graph_.nodes_[top()].a].state = state;
}

void PickleMachine::push_long(uint64_t n_bytes) {
  const uint8_t *bytes = take(n_bytes);
  if (n_bytes > 8) return push(add(Kind::big, 0));
  uint64_t value = n_bytes > 0 && bytes[n_bytes - 1] >= 0x80 ? ~uint64_t{0} : 0;
  for (uint64_t i = n_bytes; i-- > 0;) value = value << 8 | bytes[i];
  push(add(Kind::integer, value));
}

void PickleMachine::push_decimal(std::string digits, bool may_be_bool) {
  if (may_be_bool && (digits == "01" || digits == "00")) return push(digits == "01" ? kTrue : kFalse);
  if (!digits.empty() && digits.back() == 'L') digits.pop_back();
  const bool negative = !digits.empty() && digits[0] == '-';
  uint64_t value = 0;
  if (digits.size() == negative) fail("expected a number, found none");
  for (size_t i = negative; i < digits.size(); ++i) {
    if (digits[i] < '0' || digits[i] > '9') fail("expected a number, found " + printable(digits));
    if (value > (INT64_MAX - 9) / 10) return push(add(Kind::big, 0));
    value = value * 10 + static_cast<uint64_t>(digits[i] - '0');
  }
  push(add(Kind::integer, negative ? ~value + 1 : value));
}

void PickleMachine::check_memory() const {
  const size_t used = graph_.nodes_.size() * sizeof(Node) + graph_.records_.size() * sizeof(Record) +
                      (graph_.pool_.size() + stack_.size() + memo_.size()) * sizeof(uint32_t) +
                      marks_.size() * sizeof(size_t);
  if (used > kFreeMemory + kMemoryPerByte * size_) fail("more values than a model of this size has");
}

uint32_t PickleMachine::run() {
  add(Kind::none, 0);
  add(Kind::boolean, 1);
  add(Kind::boolean, 0);
  add(Kind::tuple, 0);
  graph_.pool_.push_back(0);  // so that chunk 0 can mean none
  size_t steps = 0;
  while (step()) {
    if (++steps % 4096 == 0) check_memory();
  }
  const uint32_t root = pop();
  // A program that leaves values behind was not written by a pickler.
  if (!stack_.empty() || !marks_.empty()) fail("expected one value at the end, found more");
  return root;
}

}  // namespace embtrain
