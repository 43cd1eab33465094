// How this process deals with memory it has freed.
#pragma once

namespace embtrain {

// Makes the process keep up to some 32 MiB of freed memory for the next blocks. Blocks of megabytes come and
// go all the time; glibc would give each back to the system, which then clears its pages anew: a tenth of the
// time of a conversion. Other libraries decide for themselves.
void keep_freed_memory();

}  // namespace embtrain
