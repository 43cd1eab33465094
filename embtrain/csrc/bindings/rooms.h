// The rooms that make up the extension module.
#pragma once
#include <nanobind/nanobind.h>

void bind_text(nanobind::module_ &m);
void bind_segment(nanobind::module_ &m);
void bind_vocab(nanobind::module_ &m);
void bind_words(nanobind::module_ &m);
void bind_formats(nanobind::module_ &m);
void bind_kernels(nanobind::module_ &m);
void bind_search(nanobind::module_ &m);
