#include <gtest/gtest.h>

#include "yaml/yaml_node.h"

namespace outpost::yaml {
namespace {

std::string message_of(const std::string& text, const YamlLimits& limits = {}) {
  const auto parsed = parse_yaml(text, "f.yaml", limits);
  return parsed ? "" : parsed.error().message;
}

TEST(YamlNode, KeepsShapePlaceAndQuotes) {
  const auto root = parse_yaml("a: 1\nb:\n  - x\n  - \"2\"\nc:\n", "f.yaml");
  ASSERT_TRUE(root);
  ASSERT_EQ(root->items.size(), 3u);
  EXPECT_EQ(root->items[0].scalar, "1");
  EXPECT_FALSE(root->items[0].quoted);
  const YamlNode& list = root->items[1];
  ASSERT_EQ(list.items.size(), 2u);
  EXPECT_TRUE(list.items[1].quoted);
  EXPECT_EQ(list.items[1].place.line, 4u);
  EXPECT_EQ(list.items[1].place.column, 5u);
  EXPECT_EQ(root->items[2].kind, YamlNode::Kind::kNull);
}

TEST(YamlNode, RefusesWhatAConfigurationDoesNotNeed) {
  EXPECT_EQ(message_of("a: &x 1\nb: *x\n"), "f.yaml:1:4: anchors (&name) are not allowed here");
  EXPECT_NE(message_of("a: !!binary QQ==").find("tag"), std::string::npos);
  EXPECT_EQ(message_of("a: 1\na: 2\n"), "f.yaml:2:1: key 'a' is there twice");
  EXPECT_NE(message_of("? [a]\n: 1\n").find("a key must be a word"), std::string::npos);
  EXPECT_EQ(message_of(""), "f.yaml is empty");
  EXPECT_NE(message_of("a: [1, 2").find("f.yaml:"), std::string::npos);
}

TEST(YamlNode, IsBounded) {
  EXPECT_NE(message_of(std::string(300'000, 'a')).find("is the limit"), std::string::npos);
  EXPECT_NE(message_of(std::string(40, '[') + std::string(40, ']')).find("deeper than 16"),
            std::string::npos);
  // Deep enough to end a recursive parser's stack, were it not stopped.
  EXPECT_NE(message_of(std::string(200'000, '[')), "");
  EXPECT_NE(message_of(std::string(200'000, '{')), "");
  YamlLimits few;
  few.nodes = 3;
  EXPECT_EQ(message_of("[1, 2, 3, 4]", few), "f.yaml:1:11: more than 3 values");
}

} // namespace
} // namespace outpost::yaml
