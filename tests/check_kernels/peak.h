#pragma once

namespace outpost::check_kernels {

// Integer multiply-adds a second (int8 dot products from registers) that one thread reaches now, in
// 1e9; 0 where this processor has no instruction that we know.
double measure_int8_peak();

} // namespace outpost::check_kernels
