// Prints a float32 in the fewest characters that parse to the same value.
#pragma once

namespace embtrain {

// Writes value at out and returns the end; at most 15 characters. The text is that of std::to_chars(value),
// but printed faster: the shorter of 0.00012 and 1.2e-04, or the first if both have the same length.
char *print_shortest(char *out, float value);

}  // namespace embtrain
