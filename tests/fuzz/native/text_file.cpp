// formats/line_reader.h: parts of a file as whole lines. The parts of a file, wherever it is cut, hold each
// of its lines once.
#include <sys/mman.h>
#include <unistd.h>

#include "formats/line_reader.h"
#include "input.h"

namespace {

// A file without a name, which exists as long as this object.
class File {
 public:
  explicit File(std::string_view content) : descriptor_(memfd_create("fuzz", MFD_CLOEXEC)) {
    EXPECT(descriptor_ >= 0);
    EXPECT(write(descriptor_, content.data(), content.size()) == static_cast<ssize_t>(content.size()));
  }
  ~File() { close(descriptor_); }
  File(const File &) = delete;
  File &operator=(const File &) = delete;
  int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

bool has_line_longer_than(std::string_view text, std::size_t limit) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    if (end > limit) return true;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return false;
}

// A text that repeats what the fuzzer gave, so that lines also exceed what is read at a time.
std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  while (times-- > 0 && all.size() < 40'000) all += text;
  return all;
}

}  // namespace

int LLVMFuzzerTestOneInput(const std::uint8_t *data, std::size_t size) {
  fuzz::Input input(data, size);
  const std::size_t max_line = input.flag() ? 1 << 20 : input.byte() * 64u;
  std::vector<std::size_t> cuts;
  for (std::size_t n = input.below(8); n > 0; --n) cuts.push_back(input.byte() * 257u + input.byte());
  const std::size_t times = 1 + input.byte() * std::size_t{16};
  const std::string text = repeated(input.rest(), times);
  if (text.empty()) return 0;
  const std::size_t first = cuts.empty() ? 0 : cuts[0] % text.size();
  for (std::size_t &cut : cuts) cut = first + cut % (text.size() - first);
  cuts.push_back(first);
  cuts.push_back(text.size());
  std::sort(cuts.begin(), cuts.end());
  const File file(text);
  embtrain::LineReader reader;
  std::string joined;
  for (std::size_t i = 0; i + 1 < cuts.size(); ++i) {
    if (cuts[i] == cuts[i + 1]) continue;
    const embtrain::Lines lines = reader.read({file.descriptor(), first, cuts[i], cuts[i + 1]}, max_line);
    if (lines.too_long) {
      EXPECT(has_line_longer_than(text, max_line));
      return 0;
    }
    EXPECT(lines.size == 0 || lines.data[lines.size - 1] == '\n');
    if (lines.size != 0) joined.append(lines.data, lines.size);
    if (lines.unterminated) {
      EXPECT(text.back() != '\n');
      joined.pop_back();
    }
  }
  EXPECT(joined == text.substr(first));
  return 0;
}
