// The extension module: one function per room, each in its own file beside this one.
#include <nanobind/nanobind.h>

#include <cerrno>
#include <exception>
#include <system_error>

#include "bindings/rooms.h"

namespace {

// A failed system call becomes an OSError with its number, from which Python tells a full disk.
void raise_os_error(const std::exception_ptr &thrown, void *) {
  try {
    std::rethrow_exception(thrown);
  } catch (const std::system_error &error) {
    errno = error.code().value();
    PyErr_SetFromErrno(PyExc_OSError);
  }
}

}  // namespace

NB_MODULE(_native, m) {
  m.doc() = "embtrain's native code: text, n-grams, formats and training kernels.";
  nanobind::register_exception_translator(raise_os_error);
  bind_text(m);
  bind_vocab(m);
  bind_ngrams(m);
  bind_words(m);
  bind_formats(m);
  bind_system(m);
  bind_pickle(m);
  bind_isa(m);
  bind_step(m);
  bind_tables(m);
  bind_search(m);
  bind_sentences(m);
  bind_counts(m);
  bind_phrases(m);
  bind_exchange(m);
  bind_graph(m);
}
