// The shape of the peak loops: independent chains of one instruction.
#pragma once
#include <cstdint>

#include "kernels/probe/loops.h"

namespace outpost::kernels::avx2 {

// Dot::step is one multiply-add of Dot::Factor onto Dot::Sum.
template <class Dot>
void run_chains(std::uint32_t rounds) {
  typename Dot::Factor factor = Dot::factor();
  typename Dot::Sum sums[probe::kChains];
#pragma GCC unroll 12
  for (int i = 0; i < probe::kChains; ++i) {
    sums[i] = typename Dot::Sum{};
    asm volatile("" : "+x"(sums[i])); // else equal chains would be merged into one
  }
  for (std::uint32_t round = 0; round < rounds; ++round) {
#pragma GCC unroll 12
    for (int i = 0; i < probe::kChains; ++i) {
      asm volatile("" : "+x"(factor)); // else chains would share products, and rounds sums
      sums[i] = Dot::step(sums[i], factor);
    }
  }
#pragma GCC unroll 12
  for (int i = 0; i < probe::kChains; ++i) asm volatile("" : : "x"(sums[i]));
}

} // namespace outpost::kernels::avx2
