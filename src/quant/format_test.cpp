#include <cmath>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "quant/format.h"
#include "quant/half.h"

namespace outpost::quant {
namespace {

// Blocks and their values by the reference implementation (tests/data/quant/make.py).
std::vector<char> golden(std::string_view name) {
  const std::string path =
      std::string(OUTPOST_SOURCE_DIR "/tests/data/quant/") + std::string(name) + ".golden";
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class EveryFormat : public testing::TestWithParam<BlockFormat> {};

TEST_P(EveryFormat, DecodesAsTheReferenceDoes) {
  const BlockFormat& format = GetParam();
  const std::vector<char> bytes = golden(format.name);
  const std::size_t per_block = format.block_bytes + format.block_values * sizeof(float);
  ASSERT_GE(bytes.size(), per_block);
  ASSERT_EQ(bytes.size() % per_block, 0u);
  const std::size_t blocks = bytes.size() / per_block;
  const std::size_t count = blocks * format.block_values;
  std::vector<float> expected(count);
  std::memcpy(expected.data(), bytes.data() + blocks * format.block_bytes, count * sizeof(float));

  std::vector<float> values(count);
  format.decode(reinterpret_cast<const std::byte*>(bytes.data()), count, values.data());
  for (std::size_t i = 0; i < count; ++i) ASSERT_EQ(values[i], expected[i]) << "weight " << i;
}

TEST_P(EveryFormat, IsFoundByNumberAndName) {
  const BlockFormat& format = GetParam();
  EXPECT_EQ(find_format(format.gguf_type)->name, format.name);
  EXPECT_EQ(find_format(format.name)->gguf_type, format.gguf_type);
  EXPECT_EQ(format.split == nullptr, shape_of(format.encoding).is_float());
}

INSTANTIATE_TEST_SUITE_P(Formats, EveryFormat, testing::ValuesIn(all_formats()),
                         [](const auto& test) { return std::string(test.param.name); });

TEST(FindFormat, UnknownTypesAreNone) {
  EXPECT_EQ(find_format(std::uint32_t{16}), nullptr); // IQ2_XXS
  EXPECT_EQ(find_format("Q9_9"), nullptr);
}

TEST(HalfToFloat, CoversEveryKind) {
  EXPECT_EQ(half_to_float(0x3c00), 1.0F);
  EXPECT_EQ(half_to_float(0xc000), -2.0F);
  EXPECT_EQ(half_to_float(0x7bff), 65504.0F);
  EXPECT_EQ(half_to_float(0x0001), 0x1p-24F);
  EXPECT_EQ(half_to_float(0x83ff), -1023 * 0x1p-24F);
  EXPECT_EQ(half_to_float(0x0400), 0x1p-14F);
  EXPECT_TRUE(std::signbit(half_to_float(0x8000)));
  EXPECT_TRUE(std::isinf(half_to_float(0x7c00)));
  EXPECT_TRUE(std::isnan(half_to_float(0x7e00)));
}

} // namespace
} // namespace outpost::quant
