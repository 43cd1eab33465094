#include "text/remap.h"

#include <stdexcept>
#include <string>

#include "words/word_table.h"

namespace embtrain::text {

std::pair<std::size_t, std::size_t> remap(std::uint32_t *ids, std::size_t n, std::int64_t *offsets,
                                          std::size_t sentences, const std::uint32_t *final_ids,
                                          std::size_t types) {
  std::size_t kept = 0, kept_sentences = 0, from = 0;
  for (std::size_t sentence = 0; sentence < sentences; ++sentence) {
    const std::int64_t stop = offsets[sentence + 1];
    if (stop < static_cast<std::int64_t>(from) || static_cast<std::uint64_t>(stop) > n)
      throw std::invalid_argument("sentence " + std::to_string(sentence) + " ends outside the block");
    const std::size_t before = kept;
    for (; from < static_cast<std::size_t>(stop); ++from) {
      if (ids[from] >= types)
        throw std::invalid_argument("id " + std::to_string(ids[from]) + " is out of range");
      const std::uint32_t id = final_ids[ids[from]];
      ids[kept] = id;
      kept += id != kDropped;
    }
    if (kept > before) offsets[++kept_sentences] = static_cast<std::int64_t>(kept);
  }
  return {kept, kept_sentences};
}

}  // namespace embtrain::text
