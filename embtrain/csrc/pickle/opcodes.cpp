// The opcodes of pickles, protocols 2 to 5.
#include "pickle/machine.h"

namespace embtrain {

// One opcode; false at the end of the program.
bool PickleMachine::step() {
  start_ = at_;
  const uint8_t code = *take(1);
  if (code == '.') return false;
  if (step_values(code) || step_memo(code) || step_structure(code)) return true;
  static const char *const kText =
      "FSVio";  // float, str, unicode, instances of old classes: protocols 0 and 1
  if (code != 0 && std::strchr(kText, code) != nullptr) fail("a pickle of protocol 0 or 1");
  fail("unknown or refused opcode " + std::to_string(code));
}

bool PickleMachine::step_values(uint8_t code) {
  switch (code) {
    case 'N':
      push(kNone);
      return true;
    case 0x88:
      push(kTrue);
      return true;
    case 0x89:
      push(kFalse);
      return true;
    case 'K':
      push(add(Kind::integer, number(1)));
      return true;
    case 'M':
      push(add(Kind::integer, number(2)));
      return true;
    case 'J':
      push(add(Kind::integer, static_cast<uint64_t>(int64_t{static_cast<int32_t>(number(4))})));
      return true;
    case 'I':
      push_decimal(line(), true);
      return true;
    case 'L':
      push_decimal(line(), false);
      return true;
    case 0x8a:
      push_long(number(1));
      return true;
    case 0x8b:
      push_long(number(4));
      return true;
    case 'G': {
      uint64_t bits = 0;
      const uint8_t *bytes = take(8);
      for (int i = 0; i < 8; ++i) bits = bits << 8 | bytes[i];
      push(add(Kind::real, bits));
      return true;
    }
    case 0x8c:
      push_span(Kind::text, number(1));
      return true;
    case 'X':
      push_span(Kind::text, number(4));
      return true;
    case 0x8d:
      push_span(Kind::text, number(8));
      return true;
    case 'U':
    case 'C':
      push_span(Kind::bytes, number(1));
      return true;
    case 'T':
    case 'B':
      push_span(Kind::bytes, number(4));
      return true;
    case 0x8e:
    case 0x96:
      push_span(Kind::bytes, number(8));
      return true;
    default:
      return false;
  }
}

bool PickleMachine::step_memo(uint8_t code) {
  switch (code) {
    case 'q':
      remember(number(1));
      return true;
    case 'r':
      remember(number(4));
      return true;
    case 0x94:
      remember(memo_.size());
      return true;
    case 'h':
      recall(number(1));
      return true;
    case 'j':
      recall(number(4));
      return true;
    case 'p':
    case 'g':
      fail("a pickle of protocol 0 or 1");
    default:
      return false;
  }
}

bool PickleMachine::step_structure(uint8_t code) {
  switch (code) {
    case 0x80:
      if (const uint64_t protocol = number(1); protocol < 2 || protocol > 5) fail("expected protocol 2 to 5");
      return true;
    case 0x95:
      number(8);
      return true;  // a frame's length, which only helps readers that read in pieces
    case '(':
      marks_.push_back(stack_.size());
      return true;
    case '0':
      if (stack_.size() > floor())
        stack_.pop_back();
      else
        pop_mark();
      return true;
    case '1':
      stack_.resize(pop_mark());
      return true;
    case '2':
      push(top());
      return true;
    case ')':
      push(kEmptyTuple);
      return true;
    case ']':
      push(add(Kind::list, 0));
      return true;
    case '}':
      push(add(Kind::dict, 0));
      return true;
    case 0x8f:
      push(add(Kind::set, 0));
      return true;
    case 't':
      collect(Kind::tuple, pop_mark());
      return true;
    case 'l':
      collect(Kind::list, pop_mark());
      return true;
    case 'd':
      collect(Kind::dict, pop_mark());
      return true;
    case 0x91:
      collect(Kind::set, pop_mark());
      return true;
    case 0x85:
    case 0x86:
    case 0x87: {
      const size_t count = code - 0x84u;
      if (stack_.size() < floor() + count) fail("expected values for a tuple, found fewer");
      collect(Kind::tuple, stack_.size() - count);
      return true;
    }
    case 'a':
    case 's': {
      const size_t count = code == 'a' ? 1 : 2;
      if (stack_.size() < floor() + count) fail("expected an item, found none");
      add_items(code == 'a' ? Kind::list : Kind::dict, stack_.size() - count);
      return true;
    }
    case 'e': {
      const size_t first = pop_mark();
      add_items(Kind::list, first);
      return true;
    }
    case 'u': {
      const size_t first = pop_mark();
      add_items(Kind::dict, first);
      return true;
    }
    case 0x90: {
      const size_t first = pop_mark();
      add_items(Kind::set, first);
      return true;
    }
    case 'c': {
      const std::string module = line();
      name(module, line());
      return true;
    }
    case 0x93:
      stack_name();
      return true;
    case 'R':
    case 0x81:
      call(false);
      return true;
    case 0x92:
      call(true);
      return true;
    case 'b':
      build();
      return true;
    default:
      return false;
  }
}

}  // namespace embtrain
