// Lines "number value value ..." with numbers that count up, as floret writes its table.
#pragma once
#include <cstddef>
#include <cstdint>
#include <vector>

namespace embtrain {

struct NumberRows {
  std::vector<float> values;  // [rows, dim]
  size_t used = 0;            // bytes of the lines that were read
  bool good = true;           // false: the next line is whole and wrong
};

// Reads up to n_max whole lines, the first of which has the number `first`. Values are separated by single
// spaces; spaces and a carriage return may end a line. What float32 cannot hold becomes 0 or infinite.
NumberRows read_number_rows(const char *data, size_t size, size_t dim, uint64_t first, size_t n_max);

}  // namespace embtrain
