#include <set>

#include <gtest/gtest.h>

#include "catalog/alias.h"
#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

const std::string kDigest(64, 'a');

std::string one_alias(const std::string& members) { return R"({"aliases": [{)" + members + "}]}"; }

TEST(Alias, TheBuiltInOnesAreSound) {
  const auto aliases = parse_aliases(builtin_aliases_json(), "built-in");
  ASSERT_TRUE(aliases) << aliases.error().message;
  std::set<std::string> names;
  for (const auto& alias : *aliases) {
    EXPECT_TRUE(names.insert(alias.name).second);
    EXPECT_FALSE(alias.license.empty());
    EXPECT_FALSE(alias.title.empty());
    EXPECT_TRUE(alias.bytes);
  }
  for (const char* name : {"smollm2-135m", "qwen2.5-coder-0.5b", "gemma3-270m"}) {
    EXPECT_TRUE(names.contains(name)) << name;
  }
}

TEST(Alias, TheUsersOwnComeFirst) {
  const TemporaryFolder folder;
  const auto file = folder.path() / "aliases.json";
  EXPECT_EQ(load_aliases(file)->size(), 3u);
  write_file(file, one_alias(R"("name": "smollm2-135m", "sha256": ")" + kDigest +
                             R"(", "sources": ["file:///x"])"));
  const auto aliases = load_aliases(file);
  ASSERT_TRUE(aliases) << aliases.error().message;
  EXPECT_EQ(aliases->size(), 3u);
  EXPECT_EQ(aliases->front().sources, std::vector<std::string>{"file:///x"});
}

TEST(Alias, MistakesAreNamed) {
  const std::string digest = R"("sha256": ")" + kDigest + R"(")";
  const std::string sources = R"("sources": ["file:///x"])";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"[]", "object"},
      {"{", "JSON"},
      {R"({"aliases": 1})", "list"},
      {R"({"aliases": [1]})", "object"},
      {one_alias(digest + ", " + sources), "name"},
      {one_alias(R"("name": "../x", )" + digest + ", " + sources), "name"},
      {one_alias(R"("name": "x", )" + sources), "sha256"},
      {one_alias(R"("name": "x", )" + digest), "sources"},
      {one_alias(R"("name": "x", )" + digest + R"(, "sources": [])"), "sources"},
      {one_alias(R"("name": "x", )" + digest + R"(, "sources": ["gopher://x"])"), "gopher"},
      {one_alias(R"("name": "x", )" + digest + R"(, "sources": [7])"), "string"},
      {std::string(100'000, '['), "JSON"},
  };
  for (const auto& [text, word] : cases) {
    const auto aliases = parse_aliases(text, "test");
    ASSERT_FALSE(aliases) << text;
    EXPECT_EQ(aliases.error().code, ErrorCode::kCorruptData);
    EXPECT_NE(aliases.error().message.find(word), std::string::npos) << aliases.error().message;
  }
}

} // namespace
} // namespace outpost::catalog
