// Maps provisional ids to final ids.
#pragma once
#include <cstddef>
#include <cstdint>
#include <utility>

namespace embtrain::text {

// Maps ids[0, n) in place by final_ids[0, types), drops those that map to kDropped, and closes up the
// sentences (offsets[0, sentences + 1), from 0 to n), dropping the empty ones. Returns how many ids and
// sentences are left. Throws std::invalid_argument if an id or an offset is out of range; the arrays are then
// partly rewritten.
std::pair<std::size_t, std::size_t> remap(std::uint32_t *ids, std::size_t n, std::int64_t *offsets,
                                          std::size_t sentences, const std::uint32_t *final_ids,
                                          std::size_t types);

}  // namespace embtrain::text
