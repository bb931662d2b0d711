#include <gtest/gtest.h>

#include "yaml/yaml_units.h"

namespace outpost::yaml {
namespace {

YamlNode scalar(const std::string& text) {
  YamlNode node;
  node.kind = YamlNode::Kind::kScalar;
  node.place = {2, 7};
  node.scalar = text;
  return node;
}

TEST(YamlUnits, SizesAreWholeNumbersWithAUnit) {
  EXPECT_EQ(*read_bytes(scalar("8 GiB"), "f"), std::uint64_t{8} << 30);
  EXPECT_EQ(*read_bytes(scalar("512MB"), "f"), 512'000'000u);
  EXPECT_EQ(*read_bytes(scalar("77"), "f"), 77u);
  for (const char* wrong : {"", "GiB", "8 gib", "-1 B", "1.5 GiB", "99999999999 TiB", "8 GiB "}) {
    const auto bytes = read_bytes(scalar(wrong), "f");
    ASSERT_FALSE(bytes) << wrong;
    EXPECT_EQ(bytes.error().message, "f:2:7: '" + std::string(wrong) + "' is no size");
  }
}

TEST(YamlUnits, TimesNeedAUnit) {
  using std::chrono::milliseconds;
  EXPECT_EQ(*read_duration(scalar("90 s"), "f"), milliseconds(90'000));
  EXPECT_EQ(*read_duration(scalar("10min"), "f"), milliseconds(600'000));
  EXPECT_EQ(*read_duration(scalar("0 s"), "f"), milliseconds(0));
  for (const char* wrong : {"", "5", "5 minutes", "4000 d", "-1 s", "18446744073709551615 ms"}) {
    EXPECT_FALSE(read_duration(scalar(wrong), "f")) << wrong;
  }
}

} // namespace
} // namespace outpost::yaml
