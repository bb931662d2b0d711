// What any compiler makes of plain loops: the floor on processors that no other folder knows.
#include "kernels/probe/loops.h"

namespace outpost::kernels::scalar {
namespace {

constexpr int kLanes = 16;

// Keeps the compiler from knowing, merging or dropping the values.
template <class T>
inline void make_opaque(T& values) {
  asm volatile("" : "+m"(values) : : "memory");
}

// The chains live in memory and are vectorised as the compiler likes.
template <class Sum, class Factor>
void multiply_add(std::uint32_t rounds) {
  Sum sums[kLanes] = {};
  Factor left[kLanes];
  Factor right[kLanes];
  for (int i = 0; i < kLanes; ++i) left[i] = right[i] = static_cast<Factor>(1 + i % 3);
  make_opaque(left);
  make_opaque(right);
  for (std::uint32_t round = 0; round < rounds; ++round) {
    for (int i = 0; i < kLanes; ++i) {
      sums[i] = static_cast<Sum>(sums[i] + static_cast<Sum>(left[i]) * static_cast<Sum>(right[i]));
    }
    make_opaque(left);
  }
  make_opaque(sums);
}

std::uint64_t sum_words(const std::byte* data, std::size_t bytes) {
  const auto* words = reinterpret_cast<const std::uint64_t*>(data);
  std::uint64_t sum = 0;
  for (std::size_t i = 0; i < bytes / sizeof(std::uint64_t); ++i) sum ^= words[i];
  return sum;
}

void read(const std::byte* data, std::size_t bytes) {
  std::uint64_t sum = sum_words(data, bytes);
  make_opaque(sum);
}

} // namespace

void fill_probe(probe::ProbeLoops& loops) {
  loops.int8_dot = {"plain", &multiply_add<std::uint32_t, std::int8_t>, kLanes};
  loops.f32_fma = {"plain", &multiply_add<float, float>, kLanes};
  loops.read = &read;
  loops.read_streams = &read;
}

} // namespace outpost::kernels::scalar
