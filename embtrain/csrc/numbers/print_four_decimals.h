// Prints values as decimals, four at a time, if the processor has AVX2.
#pragma once
#include <cstddef>

namespace embtrain {

// Prints values in fours, a separator before each, as long as all four are between 0.001 and 8 and have a
// decimal of at most six places, which is the shortest that parses to the same float32 (print_shortest.cpp
// says why). Returns how many it printed, and moves out past them; 12 bytes from there on may be overwritten.
// The caller prints the rest.
size_t print_fours(const float *values, size_t n, char separator, char *&out);

}  // namespace embtrain
