// The hashes by which fastText, floret and finalfusion find the bucket of an n-gram.
#pragma once
#include <array>
#include <cstddef>
#include <cstdint>

namespace embtrain::ngrams {

// fastText's FNV-1a of 32 bits. Each byte is a signed char that is widened before it is mixed in, so bytes
// from 0x80 on set the upper 24 bits too; that is not FNV-1a, but it is what every fastText model was trained
// with.
std::uint32_t fasttext_hash(const std::uint8_t *text, std::size_t size);

// finalfusion's FNV-1a of 64 bits over the number of characters (u64) and their code points (u32 each), all
// little-endian. A byte that is not UTF-8 counts as U+DC00 + byte, as with Python's surrogateescape.
std::uint64_t finalfusion_hash(const std::uint8_t *text, std::size_t size, std::uint64_t n_chars);

// MurmurHash3_x64_128 as four words of 32 bits, the lowest first. floret uses them in this order.
std::array<std::uint32_t, 4> floret_hashes(const std::uint8_t *text, std::size_t size, std::uint32_t seed);

}  // namespace embtrain::ngrams
