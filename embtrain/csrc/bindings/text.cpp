// Bindings of the text room.
#include "bindings/rooms.h"

void bind_text(nanobind::module_ &) {}
