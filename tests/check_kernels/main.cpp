// check_kernels [--seed N] [--rounds N] [--only NAME] [--bench [--threads N] [--batch N]... [--rows
// N --cols N]]
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "family.h"
#include "platform/cpu.h"

namespace outpost::check_kernels {
namespace {

constexpr Family kFamilies[] = {
    {"matmul", &check_matmul, &bench_matmul},
};

int usage() {
  std::fputs("check_kernels [--seed N] [--rounds N] [--only NAME] [--bench] [--threads N] "
             "[--batch N]... [--rows N --cols N]\n"
             "compares every kernel variant this processor runs with the scalar one\n",
             stderr);
  return 2;
}

bool parse(int argc, char** argv, Options& options, bool& bench) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view name = argv[i];
    if (name == "--bench") {
      bench = true;
      continue;
    }
    if (++i == argc) return false;
    const unsigned long long number = std::strtoull(argv[i], nullptr, 10);
    if (name == "--seed")
      options.seed = number;
    else if (name == "--rounds")
      options.rounds = static_cast<unsigned>(number);
    else if (name == "--threads")
      options.threads = static_cast<unsigned>(number);
    else if (name == "--batch")
      options.batches.push_back(static_cast<unsigned>(number));
    else if (name == "--rows")
      options.rows = static_cast<unsigned>(number);
    else if (name == "--cols")
      options.cols = static_cast<unsigned>(number);
    else if (name == "--only")
      options.only = argv[i];
    else
      return false;
  }
  return options.threads > 0;
}

int check(const Tables& tables, const Options& options) {
  std::uint64_t failures = 0;
  for (const Family& family : kFamilies) {
    Report report;
    family.check(tables, options, report);
    for (const std::string& line : report.failures) std::printf("FAILED %s\n", line.c_str());
    std::printf("%-10s %llu cases, %zu failed (seed %llu)\n", std::string(family.name).c_str(),
                static_cast<unsigned long long>(report.cases), report.failures.size(),
                static_cast<unsigned long long>(options.seed));
    failures += report.failures.size();
  }
  return failures == 0 ? 0 : 1;
}

int run(int argc, char** argv) {
  Options options;
  bool bench = false;
  if (!parse(argc, argv, options, bench)) return usage();
  const Tables tables = kernels::supported_kernels(platform::cpu_features());
  std::printf("variants:");
  for (const auto& table : tables) std::printf(" %s", std::string(table.isa).c_str());
  std::printf("\n");
  if (!bench) return check(tables, options);
  for (const Family& family : kFamilies)
    if (family.bench != nullptr) family.bench(tables, options);
  return 0;
}

} // namespace
} // namespace outpost::check_kernels

int main(int argc, char** argv) { return outpost::check_kernels::run(argc, argv); }
