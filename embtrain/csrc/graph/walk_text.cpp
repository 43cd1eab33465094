#include "graph/walk_text.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#include "threads/workers.h"

namespace embtrain::graph {
namespace {

// Parts for each thread, so that one with longer walks does not keep the others waiting.
constexpr std::size_t kPartsPerThread = 4;

void append(std::vector<std::uint8_t> &text, const WordList &names, const std::vector<std::uint32_t> &path) {
  std::size_t size = path.size();  // a space or a newline after each
  for (const std::uint32_t node : path) size += word(names, node).size;
  const std::size_t used = text.size();
  if (text.capacity() < used + size) text.reserve(2 * (used + size));
  text.resize(used + size);
  std::uint8_t *to = text.data() + used;
  for (const std::uint32_t node : path) {
    const Span name = word(names, node);
    if (name.size != 0) std::memcpy(to, name.data, name.size);
    to += name.size;
    *to++ = ' ';
  }
  to[-1] = '\n';
}

}  // namespace

WalkText walk_text(const Walker &walker, std::uint32_t length, const WordList &names, std::uint64_t pass,
                   const std::uint32_t *starts, std::size_t n, int threads) {
  WalkText found;
  const std::size_t n_parts = std::min(n, kPartsPerThread * static_cast<std::size_t>(threads));
  found.parts.resize(n_parts);
  std::atomic<std::uint64_t> nodes{0}, early{0};
  run_workers(threads, n_parts, [&](std::size_t part) {
    std::vector<std::uint32_t> path;
    std::uint64_t part_nodes = 0, part_early = 0;
    for (std::size_t k = n * part / n_parts; k < n * (part + 1) / n_parts; ++k) {
      walker.walk(pass, starts[k], path);
      append(found.parts[part], names, path);
      part_nodes += path.size();
      part_early += path.size() < length;
    }
    nodes += part_nodes;
    early += part_early;
  });
  found.nodes = nodes;
  found.early = early;
  return found;
}

}  // namespace embtrain::graph
