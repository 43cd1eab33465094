#include "numbers/parse_number.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace embtrain {
namespace {

// Whether a number outside of double's range is too large rather than too small.
bool is_huge(const char *p, const char *end) {
  int64_t magnitude = 0;  // the power of ten after the first digit that is not zero
  bool significant = false, fraction = false;
  for (; p < end && *p != 'e' && *p != 'E'; ++p) {
    if (*p == '.') fraction = true;
    significant |= *p >= '1' && *p <= '9';
    if (number::is_digit(*p)) magnitude += significant ? !fraction : -static_cast<int64_t>(fraction);
  }
  if (p == end) return magnitude > 0;
  const bool down = *++p == '-';
  p += down || *p == '+';
  int64_t written = 0;
  for (; p < end; ++p) written = written < (int64_t{1} << 50) ? written * 10 + (*p - '0') : written;
  return magnitude + (down ? -written : written) > 0;
}

}  // namespace

bool parse_any_number(const char *begin, const char *end, float &value) {
  const char *p = begin;
  if (p < end && *p == '+') ++p;
  if (p < end && *p == '-' && p != begin) return false;
  auto result = std::from_chars(p, end, value);
  if (result.ec == std::errc() || result.ec == std::errc::invalid_argument)
    return result.ec == std::errc() && result.ptr == end;
  if (result.ptr != end) return false;
  const bool negative = *p == '-';
  double wide = 0;
  if (std::from_chars(p, end, wide).ec == std::errc())
    value = static_cast<float>(wide);
  else
    value = is_huge(p + negative, end) ? std::numeric_limits<float>::infinity() : 0.0f;
  value = std::copysign(value, negative ? -1.0f : 1.0f);
  return true;
}

}  // namespace embtrain
