// The extension module: one function per room, each in its own file beside this one.
#include "bindings/rooms.h"

NB_MODULE(_native, m) {
  m.doc() = "embtrain's native code: text, formats and training kernels.";
  bind_text(m);
  bind_segment(m);
  bind_vocab(m);
  bind_words(m);
  bind_formats(m);
  bind_kernels(m);
  bind_search(m);
}
