// The extension module: one function per room, each in its own file beside this one.
#include "bindings/rooms.h"

NB_MODULE(_native, m) {
  m.doc() = "embtrain's native code: text, n-grams, formats and training kernels.";
  bind_text(m);
  bind_segment(m);
  bind_vocab(m);
  bind_ngrams(m);
  bind_entries(m);
  bind_words(m);
  bind_formats(m);
  bind_system(m);
  bind_pickle(m);
  bind_isa(m);
  bind_step(m);
  bind_tables(m);
  bind_search(m);
  bind_counts(m);
}
