// Looking up words in a vocabulary without an index.
#pragma once
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace embtrain::text {

// Row of the first occurrence of each query in a vocabulary of `rows` words, -1 where there is none. One pass
// that stops when all are found. Throws std::invalid_argument when offsets do not fit the arena.
std::vector<std::int64_t> find_words(const std::uint8_t *arena, std::size_t arena_size,
                                     const std::int64_t *offsets, std::size_t rows,
                                     const std::vector<std::string> &queries);

}  // namespace embtrain::text
