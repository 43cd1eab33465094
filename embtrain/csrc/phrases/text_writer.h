// Writes words with a space between them, a sentence a line.
#pragma once
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <vector>

namespace embtrain::phrases {

class TextWriter {
 public:
  // `readable`: bytes from `word` on that may be read.
  void write(const std::uint8_t *word, std::size_t size, std::size_t readable) {
    const std::size_t room = size < kShort ? kShort : size;
    if (text_.size() < used_ + 1 + room) text_.resize(2 * text_.size() + room + 1);
    std::uint8_t *to = text_.data() + used_;
    *to = ' ';
    to += line_open_;
    // A copy of fixed size is one instruction. Most words are short.
    if (size <= kShort && readable >= kShort) {
      std::memcpy(to, word, kShort);
    } else if (size > 0) {
      std::memcpy(to, word, size);
    }
    used_ += line_open_ + size;
    line_open_ = true;
  }

  void end_line() {
    if (text_.size() < used_ + 1) text_.resize(2 * text_.size() + 1);
    text_[used_++] = '\n';
    line_open_ = false;
  }

  // What was written since the last call.
  std::vector<std::uint8_t> take() {
    text_.resize(used_);
    std::vector<std::uint8_t> taken(used_ + used_ / 8);  // the next text will be about as long
    taken.swap(text_);
    used_ = 0;
    return taken;
  }

 private:
  static constexpr std::size_t kShort = 16;
  std::vector<std::uint8_t> text_;
  std::size_t used_ = 0;
  bool line_open_ = false;
};

}  // namespace embtrain::phrases
