#include "text/encoder.h"

#include <algorithm>

namespace embtrain::text {

namespace {

constexpr std::uint8_t kBom[3] = {0xEF, 0xBB, 0xBF};
constexpr unsigned kBomDone = 4;
constexpr std::uint64_t kMaxLength = 0xFFFFFFFEull;  // lengths are 32 bits wide, with </s>
constexpr std::uint8_t kEos[4] = {'<', '/', 's', '>'};

}  // namespace

Encoder::Encoder(std::uint64_t max_sentence, std::uint64_t max_token, std::uint32_t max_types, Mode mode,
                 bool eos)
    : max_sentence_(std::clamp<std::uint64_t>(max_sentence, 1, kMaxLength)),
      max_token_(std::clamp<std::uint64_t>(max_token, 1, kMaxLength)),
      mode_(mode),
      eos_(eos),
      table_(max_types) {}

void Encoder::feed(const std::uint8_t *chunk, std::size_t size) {
  const std::uint8_t *end = chunk + size;
  counters_.bytes += size;
  chunk = skip_bom(chunk, end);
  if (chunk == end) return;
  line_open_ = end[-1] != kNewline;
  if (held_size_ > 0) chunk = continue_token(chunk, end);
  scan(chunk, end);
}

// Skips a byte order mark at the start of an input, which may arrive in pieces. Bytes that only start like a
// mark are the start of a word.
const std::uint8_t *Encoder::skip_bom(const std::uint8_t *chunk, const std::uint8_t *end) {
  for (; bom_matched_ < sizeof kBom && chunk < end; ++chunk) {
    if (*chunk != kBom[bom_matched_]) {
      hold(kBom, kBom + bom_matched_);
      bom_matched_ = kBomDone;
      return chunk;
    }
    if (++bom_matched_ == sizeof kBom) ++counters_.boms;
  }
  return chunk;
}

// Adds the part of the open word that this chunk holds, and ends the word if white space follows.
const std::uint8_t *Encoder::continue_token(const std::uint8_t *chunk, const std::uint8_t *end) {
  const std::uint8_t *stop = std::find_if(chunk, end, is_white);
  hold(chunk, stop);
  if (stop != end) end_token();
  return stop;
}

void Encoder::scan(const std::uint8_t *chunk, const std::uint8_t *end) {
  Batch batch;
  std::uint64_t white_before = 1;
  const std::uint8_t *block = chunk;
  for (; end - block >= static_cast<std::ptrdiff_t>(kBlock); block += kBlock) {
    collect(batch, block, classify(block), ~std::uint64_t{0}, white_before);
    if (batch.n_ends >= kBatch || batch.n_marks >= kBatch) resolve(batch, end);
  }
  if (block < end) {
    std::uint8_t rest[kBlock] = {};
    std::memcpy(rest, block, static_cast<std::size_t>(end - block));
    collect(batch, block, classify(rest), (std::uint64_t{1} << (end - block)) - 1, white_before);
  }
  resolve(batch, end);
  if (batch.n_starts > 0) hold(batch.starts[0], end);
}

// Records where words start and end and where newlines are; only the `valid` bytes of the block count.
void Encoder::collect(Batch &batch, const std::uint8_t *block, Masks masks, std::uint64_t valid,
                      std::uint64_t &white_before) {
  const std::uint64_t after_white = (masks.white << 1) | white_before;
  std::uint64_t starts = ~masks.white & after_white & valid;
  std::uint64_t ends = masks.white & ~after_white & valid;
  white_before = masks.white >> (kBlock - 1);
  for (std::uint64_t left = masks.newline & valid; left != 0; left &= left - 1) {
    const std::uint64_t newline = left & (~left + 1);
    batch.marks[batch.n_marks++] = batch.n_ends + count_bits(ends & (newline | (newline - 1)));
    ++counters_.lines;
  }
  for (; starts != 0; starts &= starts - 1) batch.starts[batch.n_starts++] = block + lowest_bit(starts);
  for (; ends != 0; ends &= ends - 1) batch.ends[batch.n_ends++] = block + lowest_bit(ends);
}

void Encoder::resolve(Batch &batch, const std::uint8_t *limit) {
  for (std::size_t i = 0; i < batch.n_ends; ++i) {
    batch.keys[i] =
        make_key(batch.starts[i], static_cast<std::size_t>(batch.ends[i] - batch.starts[i]), limit);
    table_.prefetch(batch.keys[i]);
  }
  for (std::size_t i = 0; i < batch.n_ends; ++i) table_.prefetch_entry(batch.keys[i]);
  std::size_t done = 0;
  for (std::size_t mark = 0; mark < batch.n_marks; ++mark) {
    encode(batch, done, batch.marks[mark]);
    done = batch.marks[mark];
    end_line();
  }
  encode(batch, done, batch.n_ends);
  // A word that is still open moves to the front of the next batch.
  if (batch.n_starts > batch.n_ends) batch.starts[0] = batch.starts[batch.n_ends];
  batch.n_starts -= batch.n_ends;
  batch.n_ends = batch.n_marks = 0;
}

void Encoder::encode(const Batch &batch, std::size_t first, std::size_t last) {
  if (mode_ != Mode::kEncode) {
    for (std::size_t i = first; i < last; ++i) {
      if (static_cast<std::uint64_t>(batch.ends[i] - batch.starts[i]) > max_token_) {
        ++counters_.long_tokens;
      } else {
        take_word(batch.keys[i], batch.starts[i]);
      }
    }
    return;
  }
  const std::size_t before = ids_.size();
  ids_.resize(before + (last - first));
  std::uint32_t *id = ids_.data() + before;
  for (std::size_t i = first; i < last; ++i) {
    if (static_cast<std::uint64_t>(batch.ends[i] - batch.starts[i]) > max_token_) {
      ++counters_.long_tokens;
    } else {
      *id++ = table_.add(batch.keys[i], batch.starts[i]);
    }
  }
  ids_.resize(static_cast<std::size_t>(id - ids_.data()));
  lengthen(ids_.size() - before);
}

// Handles a word in the modes that do not encode every word. Words that the vocabulary lacks count towards
// the length of a sentence, so that long sentences are cut where they would be if the words were dropped
// later.
void Encoder::take_word(const Key &key, const std::uint8_t *word) {
  if (mode_ == Mode::kCount) {
    table_.add(key, word);
    ++counters_.tokens;
    sentence_ = 1;
    return;
  }
  lengthen(1);
  const std::uint32_t id = table_.find(key, word);
  if (id == kDropped) return;
  table_.increase(id, 1);
  ids_.push_back(id);
  ++known_;
}

// Keeps part of a word for the next chunk. Only the size is kept of a word that is already too long.
void Encoder::hold(const std::uint8_t *part, const std::uint8_t *end) {
  const auto size = static_cast<std::uint64_t>(end - part);
  held_size_ += size;
  if (held_size_ <= max_token_) held_.insert(held_.end(), part, end);
}

void Encoder::end_token() {
  if (held_size_ > max_token_) {
    ++counters_.long_tokens;
  } else {
    const std::uint8_t *word = held_.data();
    const Key key = make_key(word, held_.size(), word + held_.size());
    if (mode_ == Mode::kEncode) {
      ids_.push_back(table_.add(key, word));
      lengthen(1);
    } else {
      take_word(key, word);
    }
  }
  held_.clear();
  held_size_ = 0;
}

void Encoder::lengthen(std::uint64_t tokens) {
  counters_.tokens += tokens;
  while (tokens > max_sentence_ - sentence_) {
    tokens -= max_sentence_ - sentence_;
    sentence_ = max_sentence_;
    end_sentence();
    ++counters_.splits;
  }
  sentence_ += tokens;
}

// Ends the sentence of a line, in the mode that only counts, too.
void Encoder::end_line() {
  if (eos_ && sentence_ > 0) add_eos();
  if (mode_ == Mode::kCount) sentence_ = 0;
  end_sentence();
}

void Encoder::add_eos() {
  const Key key = make_key(kEos, sizeof kEos, kEos + sizeof kEos);
  ++counters_.tokens;
  ++sentence_;
  if (mode_ != Mode::kFixed) {
    const std::uint32_t id = table_.add(key, kEos);
    if (mode_ == Mode::kEncode) ids_.push_back(id);
    return;
  }
  const std::uint32_t id = table_.find(key, kEos);
  if (id == kDropped) return;
  table_.increase(id, 1);
  ids_.push_back(id);
  ++known_;
}

void Encoder::end_sentence() {
  if (sentence_ == 0) return;
  const std::uint64_t length = mode_ == Mode::kFixed ? known_ : sentence_;
  if (length > 0) lengths_.push_back(static_cast<std::uint32_t>(length));
  ++counters_.sentences;
  sentence_ = known_ = 0;
}

void Encoder::end_input() {
  if (bom_matched_ > 0 && bom_matched_ < sizeof kBom) {
    hold(kBom, kBom + bom_matched_);
    line_open_ = true;
  }
  if (held_size_ > 0) end_token();
  end_line();
  counters_.lines += line_open_;
  line_open_ = false;
  bom_matched_ = 0;
}

Counted Encoder::finish(std::uint64_t min_count) {
  end_input();
  return table_.finish(min_count);
}

std::vector<std::uint32_t> Encoder::take(std::vector<std::uint32_t> &from) {
  std::vector<std::uint32_t> taken;
  taken.reserve(from.size() + from.size() / 8);  // the next chunk will need about as much
  taken.swap(from);
  return taken;
}

}  // namespace embtrain::text
