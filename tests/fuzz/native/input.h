// What every target needs: the fuzzer's bytes as arguments and a text, and checks of what came out.
#pragma once
#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "isa/isa.h"

// Ends the process, which the fuzzer reports with the input, unless `condition` holds.
#define EXPECT(condition)                                                           \
  do {                                                                              \
    if (!(condition)) {                                                             \
      std::fprintf(stderr, "%s:%d: expected %s\n", __FILE__, __LINE__, #condition); \
      std::abort();                                                                 \
    }                                                                               \
  } while (false)

namespace fuzz {

// Bytes in memory of exactly their size, so that the sanitizer sees a read beyond the end.
struct Block {
  std::unique_ptr<std::uint8_t[]> bytes;
  std::size_t size;

  explicit Block(std::string_view text) : bytes(new std::uint8_t[text.size()]), size(text.size()) {
    if (size != 0) std::memcpy(bytes.get(), text.data(), size);
  }
  const std::uint8_t *data() const { return bytes.get(); }
  const char *text() const { return reinterpret_cast<const char *>(bytes.get()); }
};

// Arguments are taken from the front of the fuzzer's bytes, 0 where there are none; the rest is the text.
class Input {
 public:
  Input(const std::uint8_t *data, std::size_t size) : left_(reinterpret_cast<const char *>(data), size) {}

  std::uint8_t byte() {
    if (left_.empty()) return 0;
    const auto taken = static_cast<std::uint8_t>(left_.front());
    left_.remove_prefix(1);
    return taken;
  }
  std::size_t below(std::size_t n) { return byte() % n; }
  bool flag() { return (byte() & 1) != 0; }

  // A number of 64 bits: mostly small, or close to a power of two, where sums overflow.
  std::uint64_t number() {
    const std::uint8_t first = byte();
    if (first < 0xC0) return first;
    return (std::uint64_t{1} << (first & 63)) + static_cast<std::uint64_t>(static_cast<std::int8_t>(byte()));
  }

  // `n` bytes, or what is left.
  std::string_view take(std::size_t n) {
    const std::string_view taken = left_.substr(0, n);
    left_.remove_prefix(taken.size());
    return taken;
  }
  std::string_view rest() { return take(left_.size()); }
  bool empty() const { return left_.empty(); }
  std::size_t size() const { return left_.size(); }

 private:
  std::string_view left_;
};

// Lists of words, with offsets that are mostly right: what WordList holds, from untrusted bytes.
struct Words {
  Block arena;
  std::vector<std::int64_t> offsets{0};

  // Takes up to `most` words, and a byte of the input for the size of each.
  Words(Input &input, std::size_t most) : arena("") {
    std::string sizes;
    for (std::size_t n = input.below(most + 1); n > 0; --n) sizes += static_cast<char>(input.byte());
    const std::size_t wrong = input.below(16);
    std::size_t total = 0;
    for (const char size : sizes) total += static_cast<std::uint8_t>(size);
    const std::string_view bytes = input.take(total);
    arena = Block(bytes);
    for (const char size : sizes) {
      const std::int64_t next = offsets.back() + static_cast<std::uint8_t>(size);
      offsets.push_back(std::min(next, static_cast<std::int64_t>(bytes.size())));
    }
    // One offset in sixteen lists leads anywhere.
    if (wrong == 15) offsets[input.below(offsets.size())] = static_cast<std::int64_t>(input.number() - 1);
  }

  std::size_t n_words() const { return offsets.size() - 1; }
  bool valid() const {
    return n_words() == 0 || (offsets.front() >= 0 && std::is_sorted(offsets.begin(), offsets.end()) &&
                              offsets.back() <= static_cast<std::int64_t>(arena.size));
  }
  // Only of valid lists.
  std::string_view word(std::size_t i) const {
    return {arena.text() + offsets[i], static_cast<std::size_t>(offsets[i + 1] - offsets[i])};
  }
};

// Calls run(), and returns whether it refused its input with one of the library's exceptions.
template <typename Run>
bool refuses(Run run) {
  try {
    run();
  } catch (const std::invalid_argument &) {
    return true;
  } catch (const std::length_error &) {
    return true;
  } catch (const std::overflow_error &) {
    return true;
  } catch (const std::out_of_range &) {
    return true;
  }
  return false;
}

// Calls run() with each instruction set that this processor has.
template <typename Run>
void with_every_instruction_set(Run run) {
  for (const embtrain::isa::InstructionSet &set : embtrain::isa::instruction_sets()) {
    if (!set.available) continue;
    embtrain::isa::use(set.name);
    run();
  }
}

// Whether two arrays hold the same bits; NaNs may be equal.
template <typename T>
bool same_bits(const T *a, const T *b, std::size_t n) {
  return n == 0 || std::memcmp(a, b, n * sizeof(T)) == 0;
}

}  // namespace fuzz

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size);
