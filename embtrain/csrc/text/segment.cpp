#include "text/segment.h"

#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace embtrain::text {

namespace {

constexpr std::uint32_t kPoints = 0x110000;

// Word_Break and Grapheme_Cluster_Break, numbered as in embtrain/plain/segments/break_classes.py.
enum Word : unsigned {
  kOther,
  kCr,
  kLf,
  kNewlineClass,
  kExtend,
  kZwj,
  kFormat,
  kRegional,
  kKatakana,
  kHebrew,
  kLetter,
  kSingleQuote,
  kDoubleQuote,
  kMidNumLet,
  kMidLetter,
  kMidNum,
  kNumeric,
  kExtendNumLet,
  kSpaceClass,
  kWordClasses
};
enum Cluster : unsigned {
  kPlain,
  kClusterCr,
  kClusterLf,
  kControl,
  kClusterExtend,
  kClusterZwj,
  kClusterRegional,
  kPrepend,
  kSpacing,
  kL,
  kV,
  kT,
  kLv,
  kLvt
};
enum Conjunct : unsigned { kNone, kConsonant, kConjunctExtend, kLinker };

constexpr std::uint16_t kPictographic = 1 << 11, kWordBit = 1 << 12, kSpaceBit = 1 << 13,
                        kEmojiStyle = 1 << 14;

unsigned word_class(std::uint16_t properties) { return properties & 0x1F; }
unsigned cluster_class(std::uint16_t properties) { return (properties >> 5) & 0xF; }
unsigned conjunct_class(std::uint16_t properties) { return (properties >> 9) & 0x3; }

bool is_newline(unsigned c) { return c >= kCr && c <= kNewlineClass; }
bool is_ignored(unsigned c) { return c >= kExtend && c <= kFormat; }  // WB4
bool is_letter(unsigned c) { return c == kLetter || c == kHebrew; }
bool is_mid_letter(unsigned c) { return c == kMidLetter || c == kMidNumLet || c == kSingleQuote; }
bool is_mid_number(unsigned c) { return c == kMidNum || c == kMidNumLet || c == kSingleQuote; }

// Pairs that never break whatever surrounds them: WB5, WB8 to WB10, WB13 to WB13b.
struct Joins {
  bool at[kWordClasses][kWordClasses] = {};
  constexpr Joins() {
    const unsigned letters[] = {kLetter, kHebrew};
    for (unsigned a : letters) {
      for (unsigned b : letters) at[a][b] = true;
      at[a][kNumeric] = at[kNumeric][a] = true;
      at[a][kExtendNumLet] = at[kExtendNumLet][a] = true;
    }
    at[kNumeric][kNumeric] = at[kKatakana][kKatakana] = at[kExtendNumLet][kExtendNumLet] = true;
    at[kNumeric][kExtendNumLet] = at[kExtendNumLet][kNumeric] = true;
    at[kKatakana][kExtendNumLet] = at[kExtendNumLet][kKatakana] = true;
  }
};
constexpr Joins kJoins;

// What the shortcut for ASCII may do with a byte.
enum Kind : std::uint8_t { kSlow, kRun, kMiddle, kBreak, kBlank };
struct Kinds {
  Kind of[256] = {};
  constexpr Kinds() {
    for (unsigned byte = 0; byte < 128; ++byte) of[byte] = kBreak;
    for (unsigned byte = 'a'; byte <= 'z'; ++byte) of[byte] = of[byte - 'a' + 'A'] = kRun;
    for (unsigned byte = '0'; byte <= '9'; ++byte) of[byte] = kRun;
    for (unsigned char byte : {'\'', '.', ',', ':', ';'}) of[byte] = kMiddle;
    for (unsigned char byte : {' ', '\t', '\n', '\v', '\f', '\r'}) of[byte] = kBlank;
    of[static_cast<unsigned char>('_')] = kSlow;
  }
};
constexpr Kinds kKinds;

// The first byte at or after `byte` that is not an ASCII letter or digit.
const std::uint8_t *end_of_run(const std::uint8_t *byte, const std::uint8_t *end) {
  while (end - byte >= 4) {
    if (kKinds.of[byte[0]] != kRun) return byte;
    if (kKinds.of[byte[1]] != kRun) return byte + 1;
    if (kKinds.of[byte[2]] != kRun) return byte + 2;
    if (kKinds.of[byte[3]] != kRun) return byte + 3;
    byte += 4;
  }
  while (byte < end && kKinds.of[*byte] == kRun) ++byte;
  return byte;
}

// Whether a run of ASCII letters and digits surely ends before `byte`.
bool ends_run(const std::uint8_t *byte, const std::uint8_t *end) {
  if (byte == end) return true;
  const Kind kind = kKinds.of[*byte];
  if (kind == kBreak || kind == kBlank) return true;
  if (kind != kMiddle) return false;
  if (byte + 1 == end) return true;
  const Kind next = kKinds.of[byte[1]];
  return next != kRun && next != kSlow;
}

}  // namespace

struct Segmenter::Point {
  std::uint16_t properties;
  std::uint8_t size;
  bool bad;
};

// Where the text is in the pattern of GB9c, which looks further back than the cluster: a consonant, and
// linkers after it.
struct Segmenter::Conjuncts {
  bool consonant = false, linked = false;

  void pass(unsigned conjunct) {
    linked = conjunct == kLinker ? consonant : linked && conjunct == kConjunctExtend;
    consonant = conjunct == kConsonant || (consonant && conjunct != kNone);
  }
};

// Collects segments. The buffer is allocated for the longest result: a separator after each byte.
class Segmenter::Output {
 public:
  explicit Output(std::size_t size) {
    done.text.reset(new std::uint8_t[2 * size + kSlack]);
    to_ = done.text.get();
  }

  void put(const std::uint8_t *start, const std::uint8_t *end, const std::uint8_t *limit) {
    const auto size = static_cast<std::size_t>(end - start);
    if (size <= kSlack && static_cast<std::size_t>(limit - start) >= kSlack) {
      std::memcpy(to_, start, kSlack);  // more than the word, so that its size need not be known
    } else {
      std::memcpy(to_, start, size);
    }
    to_ += size;
    *to_++ = ' ';
  }

  void newline() { *to_++ = '\n'; }

  Segmented finish() {
    done.size = static_cast<std::size_t>(to_ - done.text.get());
    return std::move(done);
  }

  Segmented done;

 private:
  static constexpr std::size_t kSlack = 16;
  std::uint8_t *to_;
};

Segmenter::Segmenter(const std::uint32_t *starts, const std::uint16_t *properties, std::size_t n)
    : table_(kPoints) {
  if (n == 0 || starts[0] != 0) throw std::invalid_argument("the first range must start at 0");
  for (std::size_t i = 0; i < n; ++i) {
    const std::uint32_t stop = i + 1 < n ? starts[i + 1] : kPoints;
    if (stop <= starts[i] || stop > kPoints) throw std::invalid_argument("ranges must rise up to 0x10FFFF");
    if (word_class(properties[i]) >= kWordClasses) throw std::invalid_argument("unknown Word_Break class");
    std::fill(table_.begin() + starts[i], table_.begin() + stop, properties[i]);
  }
}

// The code point at `byte`. A byte that does not start one, as in a surrogate or an overlong form, is bad and
// has no properties.
inline Segmenter::Point Segmenter::at(const std::uint8_t *byte, const std::uint8_t *end) const {
  const std::uint32_t first = *byte;
  if (first < 0x80) return {table_[first], 1, false};
  const auto left = static_cast<std::size_t>(end - byte);
  const auto follows = [byte](std::size_t i) { return (byte[i] & 0xC0) == 0x80; };
  const auto low = [byte](std::size_t i) { return byte[i] & 0x3Fu; };
  if (first >= 0xC2 && first < 0xE0 && left >= 2 && follows(1))
    return {table_[(first & 0x1F) << 6 | low(1)], 2, false};
  if (first >= 0xE0 && first < 0xF0 && left >= 3 && follows(1) && follows(2)) {
    const std::uint32_t point = (first & 0xF) << 12 | low(1) << 6 | low(2);
    if (point >= 0x800 && (point < 0xD800 || point >= 0xE000)) return {table_[point], 3, false};
  }
  if (first >= 0xF0 && first < 0xF5 && left >= 4 && follows(1) && follows(2) && follows(3)) {
    const std::uint32_t point = (first & 7) << 18 | low(1) << 12 | low(2) << 6 | low(3);
    if (point >= 0x10000 && point < kPoints) return {table_[point], 4, false};
  }
  return {0, 1, true};
}

const std::uint8_t *Segmenter::skip_space(const std::uint8_t *start, const std::uint8_t *end) const {
  while (start < end) {
    const Point point = at(start, end);
    if (!(point.properties & kSpaceBit)) break;
    start += point.size;
  }
  return start;
}

// WB6, WB7, WB7b, WB7c, WB11, WB12: whether the punctuation `mid` that ends at `after` stands between letters
// or digits, the last of which is of class `last`. Returns the end of the letter or digit after it, or
// nullptr.
const std::uint8_t *Segmenter::middle(const std::uint8_t *after, const std::uint8_t *end, unsigned last,
                                      unsigned mid) const {
  const bool letters = is_letter(last) && is_mid_letter(mid);
  const bool hebrew = last == kHebrew && mid == kDoubleQuote;
  const bool numbers = last == kNumeric && is_mid_number(mid);
  if (!letters && !hebrew && !numbers) return nullptr;
  for (Point point; after < end; after += point.size) {
    point = at(after, end);
    const unsigned next = word_class(point.properties);
    if (is_ignored(next)) continue;
    const bool joins =
        (letters && is_letter(next)) || (hebrew && next == kHebrew) || (numbers && next == kNumeric);
    return joins ? after + point.size : nullptr;
  }
  return nullptr;
}

// Finds the word segment at `start` by all rules; returns its end.
const std::uint8_t *Segmenter::word(const std::uint8_t *start, const std::uint8_t *end,
                                    Output &output) const {
  Point before = at(start, end);
  unsigned last = word_class(before.properties);  // class of the last code point that WB4 does not ignore
  bool is_word = before.properties & kWordBit, flag_open = last == kRegional;
  output.done.bad_bytes += before.bad;
  const std::uint8_t *stop = start + before.size;
  if (is_newline(last)) {
    if (last == kLf) output.newline();
    return stop;
  }
  const std::uint8_t *joined = start;  // a look ahead has found no break up to here
  while (stop < end) {
    const Point point = at(stop, end);
    const unsigned next = word_class(point.properties), previous = word_class(before.properties);
    if (stop >= joined) {
      if (is_newline(next)) break;
      const bool pair = last == kRegional && next == kRegional && flag_open;
      const bool joins = is_ignored(next) || (previous == kZwj && (point.properties & kPictographic)) ||
                         (previous == kSpaceClass && next == kSpaceClass) || pair;
      if (!joins && !kJoins.at[last][next]) {
        const std::uint8_t *behind = middle(stop + point.size, end, last, next);
        if (behind != nullptr) {
          joined = behind;
        } else if (last != kHebrew || next != kSingleQuote) {  // WB7a
          break;
        }
      }
      flag_open = flag_open && !pair;
    }
    is_word |= (point.properties & kWordBit) ||
               ((point.properties & kEmojiStyle) && (before.properties & kPictographic));
    if (!is_ignored(next)) last = next;
    before = point;
    stop += point.size;
  }
  if (is_word) {
    output.put(skip_space(start, stop), stop, end);
  } else if (skip_space(start, stop) != stop) {
    ++output.done.dropped;
  }
  return stop;
}

Segmented Segmenter::words(const std::uint8_t *text, std::size_t size) const {
  Output output(size);
  const std::uint8_t *const end = text + size;
  while (text < end) {
    const Kind kind = kKinds.of[*text];
    if (kind == kRun) {
      const std::uint8_t *stop = end_of_run(text + 1, end);
      if (ends_run(stop, end)) {
        output.put(text, stop, end);
        text = stop;
        continue;
      }
    } else if (kind != kSlow && (text + 1 == end || text[1] < 0x80)) {
      if (*text == '\n') output.newline();
      output.done.dropped += kind != kBlank;
      ++text;
      continue;
    }
    text = word(text, end, output);
  }
  return output.finish();
}

// The cluster at `start`: GB3 to GB13, but white space does not join a prepended character. Returns its end.
const std::uint8_t *Segmenter::cluster(const std::uint8_t *start, const std::uint8_t *end,
                                       Conjuncts &conjuncts, Output &output) const {
  Point before = at(start, end);
  const unsigned first = cluster_class(before.properties);
  output.done.bad_bytes += before.bad;
  conjuncts.pass(conjunct_class(before.properties));
  const std::uint8_t *stop = start + before.size;
  if (first >= kClusterCr && first <= kControl) {
    if (first == kClusterLf) output.newline();
    output.done.dropped += !(before.properties & kSpaceBit);
    return stop;
  }
  bool flag_open = first == kClusterRegional, pictograph = before.properties & kPictographic;
  while (stop < end) {
    const Point point = at(stop, end);
    const unsigned last = cluster_class(before.properties), next = cluster_class(point.properties);
    const unsigned conjunct = conjunct_class(point.properties);
    if (next >= kClusterCr && next <= kControl) break;
    const bool hangul = (last == kL && (next == kL || next == kV || next == kLv || next == kLvt)) ||
                        ((last == kLv || last == kV) && (next == kV || next == kT)) ||
                        ((last == kLvt || last == kT) && next == kT);
    const bool extends = next == kClusterExtend || next == kClusterZwj || next == kSpacing;
    const bool conjoined = conjuncts.linked && conjunct == kConsonant;
    const bool joined = pictograph && last == kClusterZwj && (point.properties & kPictographic);
    const bool flag = flag_open && last == kClusterRegional && next == kClusterRegional;
    const bool prepended = last == kPrepend && !(point.properties & kSpaceBit);  // white space stands alone
    if (!hangul && !extends && !prepended && !conjoined && !joined && !flag) break;
    output.done.bad_bytes += point.bad;
    const bool carries = (next == kClusterExtend || next == kClusterZwj) && last != kClusterZwj;
    pictograph = (point.properties & kPictographic) || (pictograph && carries);
    flag_open = next == kClusterRegional && !flag;
    conjuncts.pass(conjunct);
    before = point;
    stop += point.size;
  }
  const std::uint8_t *visible = skip_space(start, stop);
  if (visible != stop) output.put(visible, stop, end);
  return stop;
}

Segmented Segmenter::clusters(const std::uint8_t *text, std::size_t size) const {
  Output output(size);
  const std::uint8_t *const end = text + size;
  Conjuncts conjuncts;
  while (text < end) text = cluster(text, end, conjuncts, output);
  return output.finish();
}

}  // namespace embtrain::text
