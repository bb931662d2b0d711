#include <gtest/gtest.h>

#include "gguf/describe.h"
#include "gguf/testing_writer.h"

namespace outpost::gguf {
namespace {

using testing::Bytes;
using testing::Writer;

std::vector<std::byte> example() {
  return Writer()
      .string("general.name", "evil\x1b[2J")
      .float32("rope", 0.1f)
      .scalar<std::int8_t>("signed", ValueType::kInt8, -4)
      .boolean("flag", true)
      .strings("tokens", {"a", "b\n", "c"})
      .numbers<float>("scores", ValueType::kFloat32, {0.5f})
      .numbers<std::uint64_t>("large", ValueType::kUint64, {~0ull})
      .tensor("big", 8, {32, 2}, Bytes().zeros(68))
      .tensor("small", 0, {2}, Bytes().zeros(8))
      .tensor("wide", 8, {32}, Bytes().zeros(34))
      .build();
}

TEST(Describe, CountsPerTypeLargestFirst) {
  const auto bytes = example();
  const Summary summary = summarize(File::parse(bytes).value());
  EXPECT_EQ(summary.element_count, 98u);
  ASSERT_EQ(summary.types.size(), 2u);
  EXPECT_EQ(summary.types[0].type, "Q8_0");
  EXPECT_EQ(summary.types[0].tensor_count, 2u);
  EXPECT_EQ(summary.types[0].size_bytes, 102u);
  EXPECT_EQ(summary.types[1].element_count, 2u);
  EXPECT_EQ(summary.tensors[0].shape, (std::vector<std::uint64_t>{32, 2}));
}

TEST(Describe, ValuesAreShortAndSafe) {
  const auto bytes = example();
  const Summary summary = summarize(File::parse(bytes).value(), {.array_elements_max = 2});
  EXPECT_EQ(summary.metadata[0].value, "evil\\u001b[2J");
  EXPECT_EQ(summary.metadata[1].value, "0.1");
  EXPECT_EQ(summary.metadata[2].value, "-4");
  EXPECT_EQ(summary.metadata[3].value, "true");
  EXPECT_EQ(summary.metadata[4].type, "array of string");
  EXPECT_EQ(summary.metadata[4].value, "[\"a\", \"b\\n\", ...]");
  EXPECT_EQ(summary.metadata[4].array_length, 3u);
  EXPECT_EQ(summary.metadata[5].value, "[0.5]");
  EXPECT_EQ(summary.metadata[6].value, "[18446744073709551615]");
}

TEST(Describe, TextHasAllPartsAndMemoryWhenKnown) {
  const auto bytes = example();
  const Summary summary = summarize(File::parse(bytes).value());
  const std::string text = to_text(summary, {{"weights", 98'362'432}, {"KV cache", 1'637'568}});
  EXPECT_NE(text.find("GGUF version 3"), std::string::npos);
  EXPECT_NE(text.find("big    Q8_0  32 x 2  68 B"), std::string::npos) << text;
  EXPECT_NE(text.find("totals: 98 parameters"), std::string::npos);
  EXPECT_NE(text.find("memory: 100.0 MB"), std::string::npos) << text;
  EXPECT_EQ(to_text(summary).find("memory"), std::string::npos);
}

TEST(Describe, SizesInDecimalUnits) {
  EXPECT_EQ(size_text(0), "0 B");
  EXPECT_EQ(size_text(999), "999 B");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(999'949), "999.9 kB");
  EXPECT_EQ(size_text(999'950), "1.0 MB");
  EXPECT_EQ(size_text(98'362'432), "98.4 MB");
  EXPECT_EQ(size_text(491'400'064), "491.4 MB");
  EXPECT_EQ(size_text(~std::uint64_t{0}), "18446744.1 TB");
}

} // namespace
} // namespace outpost::gguf
