// Finds the ends of fields, for a parser that starts on the next number before it finishes the current one.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace embtrain {

// The positions of all separators and newlines of a block, in order. They are found 64 bytes at a time,
// without waiting for the fields between them.
class FieldEnds {
 public:
  // most: the largest n passed to upcoming().
  FieldEnds(const char *block, size_t size, char separator, size_t most)
      : scanned_(block), end_(block + size), separator_(separator), places_(2 * (most + kWindow) + kGroup) {}

  // The next n positions; null if fewer are left.
  const char *const *upcoming(size_t n) {
    if (found_ - taken_ < n) find(n);
    return found_ - taken_ < n ? nullptr : places_.data() + taken_;
  }

  // Skips n positions that upcoming() has returned.
  void pass(size_t n) { taken_ += n; }

  // Continues after this newline, which must not have been passed yet.
  void skip_line(const char *newline) {
    while (*upcoming(1) != newline) ++taken_;
    ++taken_;
  }

 private:
  static constexpr size_t kWindow = 4096, kStep = 64, kGroup = 8;

  __attribute__((noinline)) void find(size_t n) {
    while (found_ - taken_ < n && scanned_ != end_) {
      if (found_ + kWindow + kGroup > places_.size()) drop_taken();
      scan();
    }
  }

  // Moves the remaining positions to the front. The buffer holds twice as many, so a position is moved about
  // once.
  void drop_taken() {
    found_ -= taken_;
    std::memmove(places_.data(), places_.data() + taken_, found_ * sizeof places_[0]);
    taken_ = 0;
  }

  // Finds the positions within a window.
  void scan() {
    const char *p = scanned_;
    const char *const stop = static_cast<size_t>(end_ - p) < kWindow ? end_ : p + kWindow;
    for (; stop - p >= static_cast<ptrdiff_t>(kStep); p += kStep) note(ends_in(p), p);
    if (p != stop) {
      char rest[kStep] = {};
      std::memcpy(rest, p, static_cast<size_t>(stop - p));
      note(ends_in(rest) & ((uint64_t{1} << (stop - p)) - 1), p);
    }
    scanned_ = stop;
  }

  // Bit i says whether byte i is an end.
  uint64_t ends_in(const char *bytes) const {
    uint64_t ends = 0;
#if defined(__SSE2__)
    const __m128i separator = _mm_set1_epi8(separator_), newline = _mm_set1_epi8('\n');
    for (int i = 0; i < 4; ++i) {
      const __m128i part = _mm_loadu_si128(reinterpret_cast<const __m128i *>(bytes + 16 * i));
      const __m128i found = _mm_or_si128(_mm_cmpeq_epi8(part, separator), _mm_cmpeq_epi8(part, newline));
      ends |= static_cast<uint64_t>(static_cast<uint32_t>(_mm_movemask_epi8(found))) << (16 * i);
    }
#else
    for (size_t i = 0; i < kStep; ++i)
      ends |= static_cast<uint64_t>(bytes[i] == separator_ || bytes[i] == '\n') << i;
#endif
    return ends;
  }

  // Stores the positions of the bits, always in groups of eight: the number of bits is hard to predict, and a
  // mispredicted branch costs more than eight stores.
  void note(uint64_t ends, const char *start) {
    const size_t count = count_bits(ends);
    const char **places = places_.data() + found_;
    for (size_t done = 0; done < count; done += kGroup, places += kGroup)
      for (size_t k = 0; k < kGroup; ++k, ends &= ends - 1)
        places[k] = start + __builtin_ctzll(ends | uint64_t{1} << 63);
    found_ += count;
  }

  // Not every processor has an instruction for this.
  static size_t count_bits(uint64_t bits) {
    bits -= (bits >> 1) & 0x5555555555555555;
    bits = (bits & 0x3333333333333333) + ((bits >> 2) & 0x3333333333333333);
    return ((bits + (bits >> 4)) & 0x0F0F0F0F0F0F0F0F) * 0x0101010101010101 >> 56;
  }

  const char *scanned_, *end_;
  char separator_;
  std::vector<const char *> places_;
  size_t taken_ = 0, found_ = 0;
};

}  // namespace embtrain
