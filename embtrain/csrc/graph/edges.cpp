#include "graph/edges.h"

#include <cmath>
#include <cstddef>
#include <cstring>

#include "numbers/parse_number.h"
#include "text/white_space.h"

namespace embtrain::graph {
namespace {

constexpr int kMostColumns = 3;
// Bytes of a line at fault that are kept for a message.
constexpr std::ptrdiff_t kShown = 200;

struct Field {
  const std::uint8_t *begin;
  const std::uint8_t *end;
};

// Without the white space around it. The delimiter is none, so that a field may be empty.
Field trimmed(Field field, int delimiter) {
  while (field.begin < field.end && text::is_white(*field.begin) && *field.begin != delimiter) ++field.begin;
  while (field.begin < field.end && text::is_white(field.end[-1]) && field.end[-1] != delimiter) --field.end;
  return field;
}

// Splits at runs of white space. Returns the number of fields, kMostColumns + 1 if there are more.
int split_at_white_space(Field line, Field *fields) {
  int n = 0;
  for (const std::uint8_t *p = line.begin; p < line.end; ++n) {
    if (n == kMostColumns) return n + 1;
    const std::uint8_t *start = p;
    while (p < line.end && !text::is_white(*p)) ++p;
    fields[n] = {start, p};
    while (p < line.end && text::is_white(*p)) ++p;
  }
  return n;
}

int split_at(int delimiter, Field line, Field *fields) {
  const std::uint8_t *p = line.begin;
  for (int n = 0; n < kMostColumns; ++n) {
    const auto left = static_cast<std::size_t>(line.end - p);
    const void *found = left == 0 ? nullptr : std::memchr(p, delimiter, left);
    const auto *stop = found == nullptr ? line.end : static_cast<const std::uint8_t *>(found);
    fields[n] = trimmed({p, stop}, delimiter);
    if (found == nullptr) return n + 1;
    p = stop + 1;
  }
  return kMostColumns + 1;
}

bool is_name(Field field) {
  for (const std::uint8_t *p = field.begin; p < field.end; ++p)
    if (text::is_white(*p)) return false;
  return field.begin < field.end;
}

bool parse_weight(Field field, float &weight) {
  const auto *begin = reinterpret_cast<const char *>(field.begin);
  const auto *end = reinterpret_cast<const char *>(field.end);
  return parse_any_number(begin, end, weight) && std::isfinite(weight) && weight > 0;
}

void add_name(Edges &edges, Field name) {
  edges.arena.insert(edges.arena.end(), name.begin, name.end);
  edges.offsets.push_back(static_cast<std::int64_t>(edges.arena.size()));
}

EdgeFault add_edge(Edges &edges, Field line, const EdgeLayout &layout) {
  Field fields[kMostColumns];
  const int n =
      layout.delimiter < 0 ? split_at_white_space(line, fields) : split_at(layout.delimiter, line, fields);
  if (n < 2 || n > kMostColumns || (edges.columns != 0 && n != edges.columns)) return EdgeFault::kColumns;
  if (!is_name(fields[0]) || !is_name(fields[1])) return EdgeFault::kName;
  float weight = 1;
  if (n == 3 && layout.weighted && !parse_weight(fields[2], weight)) return EdgeFault::kWeight;
  edges.columns = n;
  add_name(edges, fields[0]);
  add_name(edges, fields[1]);
  if (n == 3 && layout.weighted) edges.weights.push_back(weight);
  return EdgeFault::kNone;
}

}  // namespace

Edges parse_edges(const std::uint8_t *block, std::size_t size, const EdgeLayout &layout) {
  Edges edges;
  edges.columns = layout.columns;
  edges.arena.reserve(size);
  const std::uint8_t *const end = block + size;
  for (const std::uint8_t *p = block; p < end; ++edges.n_lines) {
    const void *found = std::memchr(p, text::kNewline, static_cast<std::size_t>(end - p));
    const auto *stop = found == nullptr ? end : static_cast<const std::uint8_t *>(found);
    const Field line = trimmed({p, stop}, layout.delimiter);
    if (static_cast<std::size_t>(stop - p) > kMaxLine) {
      edges.fault = EdgeFault::kLong;
    } else if (line.begin == line.end) {
      ++edges.empty;
    } else if (*line.begin == '#') {
      ++edges.comments;
    } else {
      edges.fault = add_edge(edges, line, layout);
    }
    if (edges.fault != EdgeFault::kNone) {
      edges.line.assign(p, stop - p < kShown ? stop : p + kShown);
      break;
    }
    p = stop + (found != nullptr);
  }
  return edges;
}

}  // namespace embtrain::graph
