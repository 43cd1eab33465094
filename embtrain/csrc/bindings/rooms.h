// The rooms that make up the extension module.
#pragma once
#include <nanobind/nanobind.h>

#include "text/encoder.h"

void bind_text(nanobind::module_ &m);
void bind_vocab(nanobind::module_ &m);
void bind_ngrams(nanobind::module_ &m);
void bind_words(nanobind::module_ &m);
void bind_formats(nanobind::module_ &m);
void bind_system(nanobind::module_ &m);
void bind_pickle(nanobind::module_ &m);
void bind_isa(nanobind::module_ &m);
void bind_step(nanobind::module_ &m);
void bind_tables(nanobind::module_ &m);
void bind_sentences(nanobind::module_ &m);
void bind_search(nanobind::module_ &m);
void bind_counts(nanobind::module_ &m);
void bind_phrases(nanobind::module_ &m);
void bind_exchange(nanobind::module_ &m);
void bind_graph(nanobind::module_ &m);

// What was read, by name.
nanobind::dict counters_of(const embtrain::text::Counters &now);
