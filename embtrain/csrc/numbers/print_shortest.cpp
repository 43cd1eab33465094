// The digits are found as in R. Giulietti, "The Schubfach way to render doubles" (2021), section 9, with the
// constants of float32: the shortest decimal in the interval that rounds to the value, and the closest if
// there are several.
#include "numbers/print_shortest.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstring>

namespace embtrain {
namespace {

constexpr int kMinPower = -31, kMaxPower = 45;
constexpr int kMaxChars = 15;

// floor(e * log10(2)), floor(e * log10(2) - log10(4 / 3)) and floor(e * log2(10)), exact for the e of
// float32.
constexpr int log10_of_power_of_2(int e) { return (e * 1262611) >> 22; }
constexpr int log10_of_three_quarters(int e) { return (e * 1262611 - 524031) >> 22; }
constexpr int log2_of_power_of_10(int e) { return (e * 1741647) >> 19; }

// A number of up to 192 bits, lowest part first: enough for 10^45 and for 2^(63 + 104) / 10^31.
struct Wide {
  std::array<std::uint32_t, 6> parts{};

  constexpr void multiply(std::uint32_t factor) {
    std::uint64_t carry = 0;
    for (auto &part : parts) {
      carry += static_cast<std::uint64_t>(part) * factor;
      part = static_cast<std::uint32_t>(carry);
      carry >>= 32;
    }
  }

  constexpr void divide(std::uint32_t divisor) {
    std::uint64_t rest = 0;
    for (std::size_t i = parts.size(); i-- > 0;) {
      rest = rest << 32 | parts[i];
      parts[i] = static_cast<std::uint32_t>(rest / divisor);
      rest %= divisor;
    }
  }

  // Bits [low, low + 64).
  constexpr std::uint64_t bits_from(int low) const {
    std::uint64_t bits = 0;
    for (int i = 63; i >= 0; --i) {
      const int place = low + i;
      const bool set = place >= 0 && (parts[static_cast<std::size_t>(place / 32)] >> (place % 32) & 1);
      bits = bits << 1 | static_cast<std::uint64_t>(set);
    }
    return bits;
  }
};

// The 64 highest bits of 10^power, plus 1.
constexpr std::uint64_t power_bits(int power) {
  Wide wide;
  const int magnitude = log2_of_power_of_10(power);
  if (power >= 0) {
    wide.parts[0] = 1;
    for (int i = 0; i < power; ++i) wide.multiply(10);
    return wide.bits_from(magnitude - 63) + 1;
  }
  // 2^(63 - magnitude) / 10^-power; cutting off after each division is the same as after all of them.
  const int exponent = 63 - magnitude;
  wide.parts[static_cast<std::size_t>(exponent / 32)] = 1u << (exponent % 32);
  for (int i = 0; i < -power; ++i) wide.divide(10);
  return wide.bits_from(0) + 1;
}

constexpr auto make_powers() {
  std::array<std::uint64_t, kMaxPower - kMinPower + 1> powers{};
  for (int power = kMinPower; power <= kMaxPower; ++power)
    powers[static_cast<std::size_t>(power - kMinPower)] = power_bits(power);
  return powers;
}

constexpr auto kPowers = make_powers();

// The upper half of a product, its last bit set if anything was cut off.
std::uint32_t round_to_odd(std::uint64_t power, std::uint32_t factor) {
  const std::uint64_t low = (power & 0xFFFFFFFF) * factor;
  const std::uint64_t high = (power >> 32) * factor + (low >> 32);
  return static_cast<std::uint32_t>(high >> 32) | (static_cast<std::uint32_t>(high) > 1);
}

struct Decimal {
  std::uint32_t digits;
  int exponent;
};

// Of a finite value above zero.
Decimal shortest(std::uint32_t bits) {
  const std::uint32_t fraction = bits & 0x7FFFFF, biased = bits >> 23;
  const std::uint32_t c = biased ? fraction | 0x800000 : fraction;
  const int q = (biased ? static_cast<int>(biased) : 1) - 150;
  const bool closer = fraction == 0 && biased > 1, odd = c & 1;
  const int k = closer ? log10_of_three_quarters(q) : log10_of_power_of_2(q);
  const int shift = q + log2_of_power_of_10(-k) + 1;
  const std::uint64_t power = kPowers[static_cast<std::size_t>(-k - kMinPower)];
  const std::uint32_t lower = round_to_odd(power, (4 * c - 2 + closer) << shift) + odd;
  const std::uint32_t middle = round_to_odd(power, (4 * c) << shift);
  const std::uint32_t upper = round_to_odd(power, (4 * c + 2) << shift) - odd;
  const std::uint32_t s = middle / 4;
  if (s >= 10) {
    const std::uint32_t tens = s / 10;
    const bool down = lower <= 40 * tens, up = 40 * tens + 40 <= upper;
    if (down != up) return {tens + up, k + 1};
  }
  const bool down = lower <= 4 * s, up = 4 * s + 4 <= upper;
  if (down != up) return {s + up, k};
  return {s + (middle > 4 * s + 2 || (middle == 4 * s + 2 && (s & 1))), k};
}

int count_digits(std::uint32_t n) {
  if (n < 10000) return n < 100 ? (n < 10 ? 1 : 2) : (n < 1000 ? 3 : 4);
  if (n < 1000000) return n < 100000 ? 5 : 6;
  if (n < 100000000) return n < 10000000 ? 7 : 8;
  return n < 1000000000 ? 9 : 10;
}

constexpr auto make_pairs() {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}

// "00" to "99".
constexpr auto kPairs = make_pairs();

void print_digits(char *end, std::uint32_t n, int count) {
  for (; count >= 2; count -= 2, n /= 100) std::memcpy(end -= 2, &kPairs[2 * (n % 100)], 2);
  if (count) *--end = static_cast<char>('0' + n);
}

char *print_scientific(char *out, std::uint32_t digits, int count, int exponent) {
  print_digits(out + count + 1, digits, count);
  out[0] = out[1];
  out[1] = '.';
  out += count == 1 ? 1 : count + 1;
  const int magnitude = exponent + count - 1;
  *out++ = 'e';
  *out++ = magnitude < 0 ? '-' : '+';
  print_digits(out + 2, static_cast<std::uint32_t>(magnitude < 0 ? -magnitude : magnitude), 2);
  return out + 2;
}

char *print_fixed(char *out, std::uint32_t digits, int count, int exponent) {
  const int whole = count + exponent;  // digits before the point
  if (exponent >= 0) {
    print_digits(out + count, digits, count);
    std::memset(out + count, '0', static_cast<std::size_t>(exponent));
    return out + whole;
  }
  if (whole > 0) {
    print_digits(out + count + 1, digits, count);
    std::memmove(out, out + 1, static_cast<std::size_t>(whole));
    out[whole] = '.';
    return out + count + 1;
  }
  std::memset(out, '0', static_cast<std::size_t>(2 - whole));
  out[1] = '.';
  print_digits(out + 2 - whole + count, digits, count);
  return out + 2 - whole + count;
}

// The digits of n < 10^8, one in each byte, the first one lowest: halves are split into pairs, pairs into
// digits, in all parts of a word at once.
std::uint64_t eight_digits(std::uint32_t n) {
  const std::uint64_t fours = n / 10000 | static_cast<std::uint64_t>(n % 10000) << 32;
  const std::uint64_t hundreds = (fours * 10486 >> 20) & 0x0000007F0000007F;
  const std::uint64_t pairs = hundreds | (fours - 100 * hundreds) << 16;
  const std::uint64_t tens = (pairs * 103 >> 10) & 0x000F000F000F000F;
  return tens | (pairs - 10 * tens) << 8;
}

// Prints a value from 0.001 to below 8 that has a decimal of at most six places, like most values in files.
// Returns false and prints nothing for all others. Float32 values below 8 are less than 10^-6 apart, so at
// most one multiple of 10^-6 rounds to the value. A shorter decimal would be such a multiple too, so this one
// is the shortest. One rounded division checks it, because both numbers are exact in float32. No branch
// depends on anything that is hard to predict, such as the number of places.
bool print_six_places(char *&out, float value) {
  constexpr std::uint32_t kMillion = 1000000;
  const auto scaled = static_cast<std::uint32_t>(static_cast<double>(value) * kMillion + 0.5);
  if (static_cast<float>(scaled) / static_cast<float>(kMillion) != value) return false;
  const std::uint32_t whole = scaled / kMillion;
  const std::uint64_t places = eight_digits(100 * (scaled - whole * kMillion));
  const std::uint64_t text = places | 0x3030303030303030;
  out[0] = static_cast<char>('0' + whole);
  out[1] = '.';
  std::memcpy(out + 2, &text, sizeof text);
  // The last byte that is not zero is the last place; if all are zero, there is no point either.
  out += places == 0 ? 1 : 10 - __builtin_clzll(places) / 8;
  return true;
}

}  // namespace

char *print_shortest(char *out, float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  const std::uint32_t magnitude = bits & 0x7FFFFFFF;
  // From 2^24 on all digits before the point may be needed, 268425776 rather than 268425780, and 0 has none.
  constexpr std::uint32_t kTwoTo24 = (127u + 24) << 23;
  if (magnitude == 0 || magnitude >= kTwoTo24) return std::to_chars(out, out + kMaxChars, value).ptr;
  *out = '-';
  out += bits != magnitude;
  float positive;
  std::memcpy(&positive, &magnitude, sizeof positive);
  if (positive >= 0.001f && positive < 8 && print_six_places(out, positive)) return out;
  Decimal decimal = shortest(magnitude);
  for (; decimal.digits % 10 == 0; ++decimal.exponent) decimal.digits /= 10;
  const int count = count_digits(decimal.digits), whole = count + decimal.exponent;
  const int fixed = decimal.exponent >= 0 ? whole : whole > 0 ? count + 1 : 2 - decimal.exponent;
  const int scientific = count + (count > 1) + 4;
  const auto print = fixed <= scientific ? print_fixed : print_scientific;
  return print(out, decimal.digits, count, decimal.exponent);
}

}  // namespace embtrain
