// The arguments of a training step by name: each objective takes those it knows.
#pragma once
#include <cstdint>
#include <string>

#include "kernels/step.h"

namespace embtrain {

// A table that is trained in place.
struct Table {
  float *data;
  int64_t rows, stride;
};

template <class T>
struct Values {
  const T *data;
  int64_t size;
};

// A missing argument or one of another type ends the step with an error that names it. So does a table or an
// input that the objective does not read.
class Arguments {
 public:
  virtual ~Arguments() = default;

  virtual Table table(const char *name) const = 0;
  template <class T>
  Values<T> input(const char *name) const {
    Values<T> values;
    read_input(name, values);
    return values;
  }

  virtual int64_t integer(const char *setting) const = 0;
  virtual double number(const char *setting) const = 0;
  virtual bool flag(const char *setting) const = 0;

  // Corpus position of the first item; columns in use in each row of the tables.
  virtual int64_t position() const = 0;
  virtual int64_t dim() const = 0;

 private:
  virtual void read_input(const char *name, Values<int32_t> &values) const = 0;
  virtual void read_input(const char *name, Values<int64_t> &values) const = 0;
  virtual void read_input(const char *name, Values<float> &values) const = 0;
};

// Throws std::invalid_argument with the message unless the condition holds.
void require(bool condition, const std::string &message);

// Reads what all objectives share, for tables like `table`. Throws std::invalid_argument.
Step read_step(const Arguments &arguments, const Table &table);
// The same with a schedule of the learning rate.
ScheduledStep read_scheduled_step(const Arguments &arguments, const Table &table);

// Throws std::invalid_argument unless the table has the step's shape, and the alignment that kernels need.
void check_table(const Step &step, const char *name, const Table &table);

}  // namespace embtrain
