// Controls what happens to memory that this process has freed.
#pragma once

namespace embtrain {

// Makes the process keep up to about 32 MiB of freed memory for reuse. Blocks of megabytes are allocated and
// freed all the time. glibc would return each to the system, which then clears its pages again: a tenth of
// the time of a conversion. Other C libraries decide for themselves.
void keep_freed_memory();

}  // namespace embtrain
