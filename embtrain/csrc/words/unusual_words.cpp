#include "words/unusual_words.h"

#include <cstring>

namespace embtrain {
namespace {

constexpr uint32_t kInvalid = 0xFFFFFFFFu;

// The character at p, which moves past it; kInvalid if the bytes are not one (RFC 3629: no surrogates, no
// overlong forms, nothing above U+10FFFF).
uint32_t next_character(const uint8_t *&p, const uint8_t *end) {
  const uint8_t first = *p++;
  if (first < 0x80) return first;
  const int more = first >= 0xF0 ? 3 : first >= 0xE0 ? 2 : 1;
  if (first < 0xC2 || first > 0xF4 || end - p < more) return kInvalid;
  uint32_t character = first & (0x3Fu >> more);
  for (int i = 0; i < more; ++i, ++p) {
    if ((*p & 0xC0) != 0x80) return kInvalid;
    character = character << 6 | (*p & 0x3Fu);
  }
  static constexpr uint32_t kSmallest[] = {0, 0x80, 0x800, 0x10000};
  const bool wrong = character < kSmallest[more] || character > 0x10FFFF || (character >> 11) == 0x1B;
  return wrong ? kInvalid : character;
}

bool is_unicode_white(uint32_t c) {
  return c == 0x85 || c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) || c == 0x2028 ||
         c == 0x2029 || c == 0x202F || c == 0x205F || c == 0x3000;
}

// Whether the first n of eight bytes are ASCII above the space, as in most words; 1 <= n <= 8.
bool are_usual(const uint8_t *bytes, size_t n) {
  uint64_t all;
  std::memcpy(&all, bytes, sizeof all);
  const uint64_t others = n == 8 ? 0 : ~uint64_t{0} << (8 * n);
  all = (all & ~others) | (0x3030303030303030 & others);
  // A byte below 0x21 borrows from its highest bit, and one above 0x7F has it.
  return (((all - 0x2121212121212121) | all) & 0x8080808080808080) == 0;
}

uint8_t flags_of(Span span, const uint8_t *limit) {
  if (span.size == 0) return kEmptyWord;
  uint8_t flags = 0;
  const uint8_t *p = span.data, *const end = p + span.size;
  while (p < end && limit - p >= 8) {
    const size_t n = end - p < 8 ? static_cast<size_t>(end - p) : 8;
    if (!are_usual(p, n)) break;
    p += n;
  }
  while (p < end) {
    const uint32_t character = next_character(p, end);
    if (character == kInvalid) flags |= kBadUtf8;
    if (character == ' ') flags |= kSpace;
    if (character - 9 <= 4) flags |= kOtherWhite;
    if (character > 0x7F && is_unicode_white(character)) flags |= kUnicodeWhite;
  }
  return flags;
}

}  // namespace

void flag_words(const WordList &words, uint8_t *flags) {
  for (size_t row = 0; row < words.n_words; ++row)
    flags[row] = flags_of(word(words, row), words.arena + words.n_bytes);
}

}  // namespace embtrain
