// The fewest characters that give back the same float32.
#pragma once

namespace embtrain {

// Writes value at out and returns the end; at most 15 characters. The text is that of std::to_chars(value),
// only sooner: the shorter of 0.00012 and 1.2e-04, the first where they are equally long.
char *print_shortest(char *out, float value);

}  // namespace embtrain
