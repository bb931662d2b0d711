// check_kernels compares every kernel table that this processor runs with the scalar one, one
// family of kernels (a group of table entries) per file. A new variant of an entry is checked with
// no edit here; a new family is a file and a line in main.cpp.
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "kernels/kernels.h"

namespace outpost::check_kernels {

struct Options {
  std::uint64_t seed = 1;
  unsigned rounds = 40;          // random cases for each variant and format
  std::string only;              // families and formats whose name contains it; empty: all
  unsigned threads = 1;          // for the bench
  std::vector<unsigned> batches; // for the bench; empty: a default list
  unsigned rows = 0;             // for the bench: this shape only, if not 0
  unsigned cols = 0;
};

struct Report {
  std::uint64_t cases = 0;
  std::vector<std::string> failures; // one line each: what, where, and the seed that repeats it
};

using Tables = std::vector<kernels::KernelTable>; // scalar first

struct Family {
  std::string_view name;
  void (*check)(const Tables& tables, const Options& options, Report& report);
  void (*bench)(const Tables& tables, const Options& options); // prints; nullptr: none
};

void check_matmul(const Tables& tables, const Options& options, Report& report);
void bench_matmul(const Tables& tables, const Options& options);

} // namespace outpost::check_kernels
