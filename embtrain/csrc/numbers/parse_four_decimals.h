// Parses decimal numbers four at a time, if the processor has AVX2.
#pragma once
#include <cstddef>

namespace embtrain {

// Parses numbers between separators: number i is all of (ends[i], ends[i + 1]), and ends[i + 1] holds the
// separator. Continues in fours as long as all four have the usual form: a digit, a point and 1 to 13
// decimals. Returns how many values it wrote, each correctly rounded; the caller parses the rest. Memory is
// read from `begin` on.
size_t parse_fours(const char *const *ends, size_t n, char separator, const char *begin, float *values);

}  // namespace embtrain
