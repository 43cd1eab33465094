#include "formats/number_rows.h"

#include <charconv>
#include <cstring>
#include <system_error>

namespace embtrain {

namespace {

bool read_value(const char *&at, const char *end, float &value) {
  if (at == end || *at != ' ') return false;
  auto result = std::from_chars(at + 1, end, value);
  if (result.ec == std::errc::result_out_of_range) {
    double wide = 0;
    result = std::from_chars(at + 1, end, wide);
    value = static_cast<float>(wide);
  }
  if (result.ec != std::errc()) return false;
  at = result.ptr;
  return true;
}

bool read_line(const char *at, const char *end, size_t dim, uint64_t number, std::vector<float> &values) {
  uint64_t found = 0;
  const auto result = std::from_chars(at, end, found);
  if (result.ec != std::errc() || found != number) return false;
  at = result.ptr;
  for (size_t i = 0; i < dim; ++i) {
    float value;
    if (!read_value(at, end, value)) return false;
    values.push_back(value);
  }
  while (at != end && (*at == ' ' || *at == '\r')) ++at;
  return at == end;
}

}  // namespace

NumberRows read_number_rows(const char *data, size_t size, size_t dim, uint64_t first, size_t n_max) {
  NumberRows rows;
  for (size_t n = 0; n < n_max && rows.used < size; ++n) {
    const char *line = data + rows.used;
    const auto *end = static_cast<const char *>(std::memchr(line, '\n', size - rows.used));
    if (!end) break;
    const size_t before = rows.values.size();
    if (!read_line(line, end, dim, first + n, rows.values)) {
      rows.values.resize(before);
      rows.good = false;
      break;
    }
    rows.used += static_cast<size_t>(end - line) + 1;
  }
  return rows;
}

}  // namespace embtrain
