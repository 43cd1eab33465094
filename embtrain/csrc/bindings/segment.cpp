// Bindings of the segmenter.
#include "text/segment.h"

#include <nanobind/nanobind.h>
#include <nanobind/ndarray.h>

#include <stdexcept>

#include "bindings/rooms.h"

namespace nb = nanobind;
using namespace nb::literals;
using embtrain::text::Segmented;
using embtrain::text::Segmenter;

namespace {

template <typename T>
using In = nb::ndarray<const T, nb::ndim<1>, nb::c_contig, nb::device::cpu>;

nb::tuple split(const Segmenter &segmenter, In<std::uint8_t> text,
                Segmented (Segmenter::*rules)(const std::uint8_t *, std::size_t) const) {
  Segmented kept;
  {
    nb::gil_scoped_release release;
    kept = (segmenter.*rules)(text.data(), text.size());
  }
  return nb::make_tuple(nb::bytes(kept.text.get(), kept.size), kept.dropped, kept.bad_bytes);
}

}  // namespace

void bind_segment(nb::module_ &m) {
  nb::class_<Segmenter>(m, "Segmenter", "Words and grapheme clusters of UTF-8 text by UAX #29.")
      .def(
          "__init__",
          [](Segmenter *self, In<std::uint32_t> starts, In<std::uint16_t> properties) {
            if (starts.size() != properties.size())
              throw std::invalid_argument("starts and properties must have the same length");
            new (self) Segmenter(starts.data(), properties.data(), starts.size());
          },
          "starts"_a.noconvert(), "properties"_a.noconvert())
      .def(
          "words",
          [](const Segmenter &self, In<std::uint8_t> text) { return split(self, text, &Segmenter::words); },
          "text"_a.noconvert(),
          "Words with a letter, number or emoji, a space after each, newlines kept; returns (bytes, segments "
          "dropped that are not white space, bytes that are not UTF-8).")
      .def(
          "clusters",
          [](const Segmenter &self, In<std::uint8_t> text) {
            return split(self, text, &Segmenter::clusters);
          },
          "text"_a.noconvert(),
          "Grapheme clusters that are not white space or control characters; returns the same as `words`.");
}
