// A decimal number as float32, correctly rounded: what strtof gives in the "C" locale.
#pragma once
#include <cstdint>
#include <cstring>

namespace embtrain {

// All of [begin, end) as a number; false where it is none. Also takes inf, nan, a sign '+' and any number of
// digits; what is too large for float32 is infinite, what is too small is zero.
bool parse_any_number(const char *begin, const char *end, float &value);

namespace number {

constexpr float kFloatPowers[] = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
constexpr double kDoublePowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};

// digits * 10^exponent, where one exactly rounded operation gives it; false where it does not.
inline bool scale(uint64_t digits, int64_t exponent, float &value) {
  if (digits <= (1u << 24) && exponent >= -10 && exponent <= 10) {
    const auto exact = static_cast<float>(digits);
    value = exponent < 0 ? exact / kFloatPowers[-exponent] : exact * kFloatPowers[exponent];
    return true;
  }
  if (digits > (uint64_t{1} << 53) || exponent < -22 || exponent > 22) return false;
  const auto exact = static_cast<double>(digits);
  const double wide = exponent < 0 ? exact / kDoublePowers[-exponent] : exact * kDoublePowers[exponent];
  // Rounding twice differs from rounding once only where the first result is half way between two float32,
  // or where float32 has fewer digits (subnormal) or none (overflow).
  uint64_t bits;
  std::memcpy(&bits, &wide, sizeof bits);
  if ((bits & 0x1FFFFFFF) == 0x10000000 || wide < 1.1754944e-38 || wide > 3.4e38) return false;
  value = static_cast<float>(wide);
  return true;
}

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

}  // namespace number

// Reads a number written in the usual way at p and moves p behind it; false, with p anywhere, where there is
// none or it needs parse_any_number. Something that is not part of a number must follow in readable memory.
inline bool parse_plain_number(const char *&p, float &value) {
  const bool negative = *p == '-';
  p += negative;
  uint64_t digits = 0;
  const char *start = p;
  for (; number::is_digit(*p); ++p) digits = digits * 10 + static_cast<uint64_t>(*p - '0');
  int64_t n_digits = p - start, exponent = 0;
  if (*p == '.') {
    start = ++p;
    for (; number::is_digit(*p); ++p) digits = digits * 10 + static_cast<uint64_t>(*p - '0');
    exponent = start - p;
    n_digits -= exponent;
  }
  if (n_digits == 0 || n_digits > 19) return false;
  if (*p == 'e' || *p == 'E') {
    ++p;
    const bool down = *p == '-';
    p += down || *p == '+';
    if (!number::is_digit(*p)) return false;
    int64_t written = 0;
    for (; number::is_digit(*p); ++p) written = written < 10000 ? written * 10 + (*p - '0') : written;
    exponent += down ? -written : written;
  }
  if (!number::scale(digits, exponent, value)) return false;
  if (negative) value = -value;
  return true;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
// Bytes that parse_quick_number may read from where it starts.
constexpr int kQuickReach = 16;

// Does what parse_plain_number does, in a fraction of the time, for what most files hold: a digit, a point
// and decimals. Eight bytes are tested and added up at once.
inline bool parse_quick_number(const char *&start, float &value) {
  const bool negative = *start == '-';
  const char *p = start + negative;
  if (!number::is_digit(p[0]) || p[1] != '.') return parse_plain_number(start, value);
  uint64_t bytes;
  std::memcpy(&bytes, p + 2, sizeof bytes);
  bytes ^= 0x3030303030303030;  // digits become 0 to 9; adding 0x76 gives all others their highest bit
  const uint64_t others = (bytes | (bytes + 0x7676767676767676)) & 0x8080808080808080;
  if ((others & 0x80) != 0) return parse_plain_number(start, value);  // no decimals
  // Carries go up only: the lowest mark is right.
  int decimals = others == 0 ? 8 : __builtin_ctzll(others) / 8;
  bytes <<= 8 * (8 - decimals);  // zeros in front
  bytes = bytes * 10 + (bytes >> 8);
  bytes = ((bytes & 0x000000FF000000FF) * 0x000F424000000064 +
           ((bytes >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
          32;
  constexpr uint64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
  uint64_t digits = static_cast<uint64_t>(p[0] - '0') * kPowers[decimals] + bytes;
  p += 2 + decimals;
  for (; decimals >= 8 && decimals < 17 && number::is_digit(*p); ++p, ++decimals)
    digits = digits * 10 + static_cast<uint64_t>(*p - '0');
  if (number::is_digit(*p) || *p == 'e' || *p == 'E' || !number::scale(digits, -decimals, value))
    return parse_plain_number(start, value);
  if (negative) value = -value;
  start = p;
  return true;
}
#else
constexpr int kQuickReach = 0;
inline bool parse_quick_number(const char *&p, float &value) { return parse_plain_number(p, value); }
#endif

}  // namespace embtrain
