// Bindings of the formats room.
#include "bindings/rooms.h"

void bind_formats(nanobind::module_ &) {}
