// Bindings of the exchange of rows between processes.
#include "kernels/exchange/exchange.h"

#include <nanobind/nanobind.h>

#include <cstdint>
#include <stdexcept>

#include "bindings/arrays.h"
#include "bindings/rooms.h"

namespace nb = nanobind;
using namespace nb::literals;
using namespace embtrain::bindings;
using namespace embtrain;

namespace {

using Matrix = nb::ndarray<float, nb::ndim<2>, nb::c_contig, nb::device::cpu>;
using Vector = In<float>;

void require(bool condition, const char *message) {
  if (!condition) throw std::invalid_argument(message);
}

exchange::Table table_of(const Matrix &now, const Matrix &before, const In<const std::int64_t> &rows,
                         const Matrix &own) {
  const auto n_rows = static_cast<std::int64_t>(now.shape(0));
  require(now.shape(0) == before.shape(0) && now.shape(1) == before.shape(1), "now and before must be alike");
  require(own.shape(0) == rows.size() && own.shape(1) <= now.shape(1),
          "own must have a row for each of rows");
  require(now.shape(1) % 16 == 0 && reinterpret_cast<std::uintptr_t>(now.data()) % 64 == 0 &&
              reinterpret_cast<std::uintptr_t>(before.data()) % 64 == 0,
          "rows of tables must be aligned to 64 bytes");
  for (std::size_t i = 0; i < rows.size(); ++i)
    require(rows.data()[i] >= 0 && rows.data()[i] < n_rows, "a row is out of range");
  return {now.data(), before.data(), static_cast<std::int64_t>(now.shape(1)),
          static_cast<std::int64_t>(own.shape(1))};
}

void take(const Matrix &now, const Matrix &before, const In<const std::int64_t> &rows, const Matrix &own,
          const Matrix &out, const Vector &squares) {
  const exchange::Table table = table_of(now, before, rows, own);
  const auto n = static_cast<std::int64_t>(rows.size());
  require(out.shape(0) == own.shape(0) && out.shape(1) == own.shape(1) && squares.size() == rows.size(),
          "own, out and squares must be alike");
  unlocked(
      [&] { exchange::functions().take(table, rows.data(), n, own.data(), out.data(), squares.data()); });
}

void add(const Matrix &now, const Matrix &before, const In<const std::int64_t> &rows, const Matrix &own,
         const Matrix &summed, const Vector &squares, const In<const float> &equal,
         const In<const float> &different, int others) {
  const exchange::Table table = table_of(now, before, rows, own);
  const std::size_t n = rows.size();
  require(others >= 1, "there must be another process");
  require(summed.shape(0) == own.shape(0) && summed.shape(1) == own.shape(1) && squares.size() == n &&
              equal.size() == n && different.size() == n,
          "own, summed, squares and shares must be alike");
  const exchange::Shares shares{equal.data(), different.data(), static_cast<float>(others)};
  unlocked([&] {
    exchange::functions().add(table, rows.data(), static_cast<std::int64_t>(n), own.data(), summed.data(),
                              squares.data(), shares);
  });
}

}  // namespace

void bind_exchange(nb::module_ &m) {
  m.def("take_changes", &take, "now"_a.noconvert(), "before"_a.noconvert(), "rows"_a.noconvert(),
        "own"_a.noconvert(), "out"_a.noconvert(), "squares"_a.noconvert(),
        "Writes now - before of rows, int64 [n], to own and out, float32 [n, dim], and the squares of their "
        "lengths to squares. now and before are float32 [R, S], S a multiple of 16.");
  m.def("add_changes", &add, "now"_a.noconvert(), "before"_a.noconvert(), "rows"_a.noconvert(),
        "own"_a.noconvert(), "summed"_a.noconvert(), "squares"_a.noconvert(), "equal"_a.noconvert(),
        "different"_a.noconvert(), "others"_a,
        "Adds the changes of all processes, in place of this one's own: a share of summed between equal and "
        "different, float32 [n] each, by how far the changes agree. squares are the sums of those that "
        "take_changes wrote, others the number of processes but this one.");
}
