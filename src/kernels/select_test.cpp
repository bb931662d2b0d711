#include <gtest/gtest.h>

#include "kernels/kernels.h"

namespace outpost::kernels {
namespace {

TEST(SelectKernels, EveryProcessorRunsScalar) {
  const auto tables = supported_kernels(platform::CpuFeatures{});
  ASSERT_EQ(tables.size(), 1u);
  EXPECT_EQ(tables.front().isa, "scalar");
}

TEST(SelectKernels, TakesTheStrongestUnlessOneIsNamed) {
  const auto cpu = platform::cpu_features();
  const auto tables = supported_kernels(cpu);
  EXPECT_EQ(select_kernels(cpu)->isa, tables.back().isa);
  EXPECT_EQ(select_kernels(cpu, "scalar")->isa, "scalar");
}

TEST(SelectKernels, SaysWhatItCannotRun) {
  const auto unsupported = select_kernels(platform::CpuFeatures{}, "avx512");
  ASSERT_FALSE(unsupported);
  EXPECT_EQ(unsupported.error().code, ErrorCode::kUnsupported);
  const auto unknown = select_kernels(platform::CpuFeatures{}, "sse9");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(unknown.error().hint.find("scalar"), std::string::npos);
}

} // namespace
} // namespace outpost::kernels
