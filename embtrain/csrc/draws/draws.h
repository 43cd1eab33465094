// Counter-based random draws, the same in every backend (embtrain/ops/draws.py is the other copy; tests
// compare them).
//
// A draw is a pure function of (seed, epoch, stream, counter): SplitMix64's finaliser (Steele, Lea and Flood
// 2014, "Fast splittable pseudorandom number generators", section 4) over a key and a counter.
#pragma once
#include <cstdint>

namespace embtrain::draws {

constexpr uint64_t kGolden = 0x9E3779B97F4A7C15ULL;

// Streams: the purpose of a draw. Negative k has stream kNegative + k.
enum Stream : uint64_t {
  kKeep = 0,
  kWindow = 1,
  kInitial = 2,
  kOrder = 3,
  kStart = 4,
  kDirection = 5,
  kWalk = 6,
  kWalkOrder = 7,
  kNegative = 16
};

// Negatives that a group of centres shares when each window should have `negatives`: a fifth more for several
// centres, with a lower weight each.
constexpr int shared_negatives(int negatives, int group) {
  return group == 1 ? negatives : negatives + (negatives + 4) / 5;
}

static inline uint64_t finalise(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
  return x ^ (x >> 31);
}

static inline uint64_t key(uint64_t seed, uint64_t epoch, uint64_t stream) {
  const uint64_t of_seed = finalise(seed + kGolden);
  const uint64_t of_epoch = finalise(of_seed + (epoch + 1) * kGolden);
  return finalise(of_epoch + (stream + 1) * kGolden);
}

static inline uint64_t draw(uint64_t key, uint64_t counter) {
  return finalise(key + (counter + 1) * kGolden);
}

// Uniform in [0, 1) with 24 bits, exact in float32, so that a keep probability of 1 always keeps.
static inline float unit(uint64_t bits) { return static_cast<float>(bits >> 40) * 0x1p-24f; }

// bits * n / 2^32 without 128-bit arithmetic (n < 2^32): the upper half is uniform in [0, n), the lower half
// is the rest of the draw, a coin that is independent of it.
static inline uint64_t scaled(uint64_t bits, uint64_t n) {
  return (bits >> 32) * n + (((bits & 0xFFFFFFFFu) * n) >> 32);
}

}  // namespace embtrain::draws
