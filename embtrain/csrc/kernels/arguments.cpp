#include "kernels/arguments.h"

#include <stdexcept>

namespace embtrain {
namespace {

std::string shape_of(int64_t rows, int64_t stride) {
  return std::to_string(rows) + " x " + std::to_string(stride);
}

}  // namespace

void require(bool condition, const std::string &message) {
  if (!condition) throw std::invalid_argument(message);
}

Step read_step(const Arguments &arguments, const Table &table) {
  Step step{};
  step.rows = table.rows;
  step.stride = table.stride;
  step.dim = arguments.dim();
  step.position = arguments.position();
  step.lr = arguments.number("lr");
  step.seed = static_cast<uint64_t>(arguments.integer("seed"));
  step.epoch = static_cast<uint64_t>(arguments.integer("epoch"));
  const int64_t threads = arguments.integer("threads");
  require(step.stride % 16 == 0,
          "rows must be a multiple of 16 floats long, found " + std::to_string(step.stride));
  require(step.dim >= 1 && step.dim <= step.stride,
          "dim must be from 1 to " + std::to_string(step.stride) + ", found " + std::to_string(step.dim));
  require(threads >= 1 && threads <= 1000000 && step.position >= 0,
          "threads must be at least 1, position at least 0");
  step.threads = static_cast<int>(threads);
  return step;
}

ScheduledStep read_scheduled_step(const Arguments &arguments, const Table &table) {
  ScheduledStep step{};
  static_cast<Step &>(step) = read_step(arguments, table);
  step.corpus_tokens = arguments.integer("corpus_tokens");
  step.epochs = arguments.integer("epochs");
  step.min_lr = arguments.number("min_lr");
  require(step.min_lr >= 0 && step.min_lr <= step.lr, "min_lr must be from 0 to lr");
  require(step.epochs >= 1 && step.corpus_tokens >= 0, "epochs must be at least 1, corpus_tokens at least 0");
  return step;
}

void check_table(const Step &step, const char *name, const Table &table) {
  require(table.rows == step.rows && table.stride == step.stride,
          std::string("table '") + name + "' is " + shape_of(table.rows, table.stride) + ", expected " +
              shape_of(step.rows, step.stride));
  require(reinterpret_cast<uintptr_t>(table.data) % 64 == 0, "tables must be aligned to 64 bytes");
}

}  // namespace embtrain
