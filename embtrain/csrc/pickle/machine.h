// The pickle machine: one pass over the opcodes, a stack of node numbers, no recursion.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <unordered_map>
#include <vector>

#include "pickle/graph.h"

namespace embtrain {

constexpr uint32_t kNone = 0, kTrue = 1, kFalse = 2, kEmptyTuple = 3;  // nodes that every graph has
constexpr size_t kMaxLine = 4096;

// Text of a file for a message, made short and printable.
std::string printable(const std::string &text);

class PickleMachine {
 public:
  PickleMachine(PickleGraph &graph, const std::vector<std::string> &allowed)
      : graph_(graph), data_(graph.data_), size_(graph.size_) {
    for (size_t i = 0; i < allowed.size(); ++i) allowed_.emplace(allowed[i], i);
  }

  uint32_t run();

 private:
  [[noreturn]] void fail(const std::string &what) const { throw PickleError(start_, what); }

  // Bytes of the file.
  const uint8_t *take(uint64_t n) {
    if (n > size_ - at_) {
      fail("expected " + std::to_string(n) + " bytes here, found the end after " +
           std::to_string(size_ - at_));
    }
    const uint8_t *bytes = data_ + at_;
    at_ += n;
    return bytes;
  }

  uint64_t number(unsigned n_bytes) {
    uint64_t value = 0;
    const uint8_t *bytes = take(n_bytes);
    for (unsigned i = 0; i < n_bytes; ++i) value |= uint64_t{bytes[i]} << (8 * i);
    return value;
  }

  std::string line() {
    const size_t limit = size_ - at_ < kMaxLine ? size_ - at_ : kMaxLine;
    const void *end = std::memchr(data_ + at_, '\n', limit);
    if (end == nullptr) fail("expected a line of text, found no end of it");
    const auto *first = reinterpret_cast<const char *>(data_ + at_);
    std::string text(first, static_cast<const char *>(end));
    at_ += text.size() + 1;
    return text;
  }

  // The stack.
  void push(uint32_t id) { stack_.push_back(id); }
  uint32_t top() const {
    if (stack_.size() <= floor()) fail("expected a value on the stack, found none");
    return stack_.back();
  }
  uint32_t pop() {
    const uint32_t id = top();
    stack_.pop_back();
    return id;
  }
  size_t floor() const { return marks_.empty() ? 0 : marks_.back(); }
  size_t pop_mark() {
    if (marks_.empty()) fail("expected a mark on the stack, found none");
    const size_t mark = marks_.back();
    marks_.pop_back();
    return mark;
  }

  // Nodes.
  uint32_t add(Kind kind, uint64_t a, uint64_t b = 0) {
    if (graph_.nodes_.size() >= UINT32_MAX) fail("more values than 2^32");
    graph_.nodes_.push_back({a, b, static_cast<uint64_t>(kind)});
    return static_cast<uint32_t>(graph_.nodes_.size() - 1);
  }
  Kind kind_of(uint32_t id) const { return static_cast<Kind>(graph_.nodes_[id].kind); }
  void push_span(Kind kind, uint64_t length) {
    const size_t first = at_;
    take(length);
    push(add(kind, first, length));
  }

  void extend(uint32_t id, size_t first);
  void collect(Kind kind, size_t first);
  void add_items(Kind kind, size_t first);
  void remember(uint64_t key);
  void recall(uint64_t key);
  void name(const std::string &module, const std::string &attribute);
  void stack_name();
  void call(bool with_keywords);
  void build();
  void push_long(uint64_t n_bytes);
  void push_decimal(std::string digits, bool may_be_bool);
  void check_memory() const;
  bool step();
  bool step_values(uint8_t code);
  bool step_structure(uint8_t code);
  bool step_memo(uint8_t code);

  PickleGraph &graph_;
  const uint8_t *data_;
  size_t size_;
  size_t at_ = 0;
  size_t start_ = 0;  // of the current opcode
  std::vector<uint32_t> stack_;
  std::vector<size_t> marks_;
  std::vector<uint32_t> memo_;
  std::unordered_map<std::string, size_t> allowed_;
};

}  // namespace embtrain
