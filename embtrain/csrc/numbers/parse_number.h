// Parses a decimal number as float32, correctly rounded like strtof in the "C" locale.
//
// Converting a text file is mostly parsing or printing numbers, so each frequent form has its own function.
// All functions give the same bits, and a number falls through to the next function that can handle it:
//   parse_four_decimals.h   four numbers like -0.123456 at a time, with AVX2
//   parse_quick_number      one such number, eight digits at a time
//   parse_plain_number      a number with an exponent or without a point, digit by digit
//   parse_any_number        everything else (many digits, inf, nan), by the standard library
// Printing tries print_four_decimals.h, then print_shortest.h, which uses the standard library only for 0,
// very large values, inf and nan. The standard library prints a given precision.
#pragma once
#include <cstdint>
#include <cstring>

namespace embtrain {

// Parses all of [begin, end) as a number; false if it is not one. Also accepts inf, nan, a sign '+' and any
// number of digits. Values too large for float32 become infinite, values too small become zero.
bool parse_any_number(const char *begin, const char *end, float &value);

namespace number {

constexpr float kFloatPowers[] = {1e0f, 1e1f, 1e2f, 1e3f, 1e4f, 1e5f, 1e6f, 1e7f, 1e8f, 1e9f, 1e10f};
constexpr double kDoublePowers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
                                    1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
constexpr uint64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};

// digits * 10^exponent, if one exactly rounded operation gives it; otherwise false.
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

// Signs are unpredictable: a branch on them would be mispredicted half of the time.
inline void set_sign(uint32_t negative, float &value) {
  uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  bits |= negative << 31;
  std::memcpy(&value, &bits, sizeof bits);
}

inline bool is_digit(char c) { return static_cast<unsigned char>(c - '0') < 10; }

}  // namespace number

// Parses a number in the usual notation at p and moves p past it. Returns false, with p anywhere, if there is
// no number or it needs parse_any_number. A byte that is not part of a number must follow in readable memory.
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
  number::set_sign(negative, value);
  return true;
}

#if defined(__BYTE_ORDER__) && __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
// Bytes that parse_quick_number may read from where it starts.
constexpr int kQuickReach = 20;

namespace number {

// The last n of eight bytes, 1 <= n <= 8, as digits of a number; false if one of them is not a digit.
inline bool eight_digits(const char *p, size_t n, uint64_t &number) {
  uint64_t bytes;
  std::memcpy(&bytes, p, sizeof bytes);
  bytes = (bytes ^ 0x3030303030303030) << (8 * (8 - n));  // zeros in front
  // Digits are 0 to 9 now; adding 0x76 gives all others their highest bit.
  if (((bytes | (bytes + 0x7676767676767676)) & 0x8080808080808080) != 0) return false;
  bytes = bytes * 10 + (bytes >> 8);
  number = ((bytes & 0x000000FF000000FF) * 0x000F424000000064 +
            ((bytes >> 16) & 0x000000FF000000FF) * 0x0000271000000001) >>
               32 &
           0xFFFFFFFF;
  return true;
}

}  // namespace number

// Parses all of [start, stop) as a number of the usual form: a digit, a point and 1 to 16 decimals. Returns
// false for any other form and for numbers that need parse_any_number. Tests and adds up eight decimals at
// once.
inline bool parse_quick_number(const char *start, const char *stop, float &value) {
  const uint32_t negative = *start == '-';
  start += negative;
  const auto decimals = static_cast<size_t>(stop - start - 2);
  if (decimals - 1 >= 16 || start[1] != '.' || !number::is_digit(*start)) return false;
  uint64_t digits = static_cast<uint64_t>(*start - '0'), more;
  const size_t first = decimals < 8 ? decimals : 8;
  if (!number::eight_digits(start + 2, first, more)) return false;
  digits = digits * number::kPowers[first] + more;
  if (decimals > 8) {
    if (!number::eight_digits(start + 10, decimals - 8, more)) return false;
    digits = digits * number::kPowers[decimals - 8] + more;
  }
  if (!number::scale(digits, -static_cast<int64_t>(decimals), value)) return false;
  number::set_sign(negative, value);
  return true;
}
#else
constexpr int kQuickReach = 0;
inline bool parse_quick_number(const char *, const char *, float &) { return false; }
#endif

}  // namespace embtrain
