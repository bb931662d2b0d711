// list, show, rm and resolve.
#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;

class CatalogCommands : public CatalogTest {
protected:
  CatalogCommands() {
    write_file(file, content);
    add_alias("mine", content, {"file://" + file.string()});
  }
  const std::string content = model_content(5000);
  const fs::path file = folder.path() / "model.gguf";
};

TEST_F(CatalogCommands, ListShowsWhatIsHereAndWhatCouldBe) {
  auto before = catalog().list();
  ASSERT_TRUE(before) << before.error().message;
  EXPECT_EQ(before->size(), 4u);
  ASSERT_TRUE(catalog().pull("mine"));
  const auto after = catalog().list();
  ASSERT_EQ(after->size(), 4u);
  EXPECT_EQ(after->front().name, "mine");
  ASSERT_TRUE(after->front().installed);
  EXPECT_EQ(after->front().bytes, content.size());
  EXPECT_EQ(after->front().license, "MIT");
  EXPECT_EQ(after->at(1).name, "gemma3-270m");
  EXPECT_FALSE(after->at(1).installed);
}

TEST_F(CatalogCommands, ShowKnowsAliasesAndInstalledNames) {
  EXPECT_EQ(catalog().show("smollm2-135m")->bytes, 98'362'432u);
  ASSERT_TRUE(catalog().pull("mine"));
  const auto entry = catalog().show("mine");
  EXPECT_EQ(entry->path, blob_path(content));
  EXPECT_EQ(entry->sources.front(), "file://" + file.string());
  EXPECT_EQ(catalog().show("no-such").error().code, ErrorCode::kNotFound);
}

TEST_F(CatalogCommands, RemoveFreesTheFileWhenNobodyElseNamesIt) {
  ASSERT_TRUE(catalog().pull("mine"));
  const std::string direct = "file://" + file.string();
  ASSERT_TRUE(catalog().pull(direct));
  const auto first = catalog().remove("mine");
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_TRUE(first->still_used);
  EXPECT_EQ(first->freed_bytes, 0u);
  const auto second = catalog().remove(direct);
  EXPECT_EQ(second->freed_bytes, content.size());
  expect_only({});
  EXPECT_EQ(catalog().remove("mine").error().code, ErrorCode::kNotFound);
}

TEST_F(CatalogCommands, CopyNamesTheSameFileTwice) {
  EXPECT_EQ(catalog().copy("mine", "other").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(catalog().pull("mine"));
  ASSERT_TRUE(catalog().copy("mine", "other"));
  EXPECT_EQ(catalog().resolve("other").value(), blob_path(content));
  EXPECT_EQ(catalog().copy("mine", "gemma3-270m").error().code, ErrorCode::kConflict);
  EXPECT_EQ(catalog().copy("mine", "a b").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(catalog().copy("mine", "").error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(catalog().remove("mine")->still_used);
  EXPECT_EQ(catalog().remove("other")->freed_bytes, content.size());
}

TEST_F(CatalogCommands, RemoveTakesThePartialFileToo) {
  const BlobStore store(home);
  ASSERT_TRUE(store.prepare());
  const auto key = BlobStore::partial_key(sha256_of(content));
  {
    auto partial = store.open_partial(key);
    ASSERT_TRUE((*partial)->append(std::as_bytes(std::span(content)).first(100)));
    EXPECT_EQ(catalog().remove("mine").error().code, ErrorCode::kConflict);
  }
  EXPECT_EQ(catalog().show("mine")->partial_bytes, 100u);
  EXPECT_EQ(catalog().remove("mine")->freed_bytes, 100u);
  EXPECT_EQ(catalog().show("mine")->partial_bytes, 0u);
}

TEST_F(CatalogCommands, ResolveFindsNamesThenFiles) {
  EXPECT_EQ(catalog().resolve("mine").error().hint, "outpost pull mine");
  ASSERT_TRUE(catalog().pull("mine"));
  EXPECT_EQ(catalog().resolve("mine").value(), blob_path(content));
  EXPECT_EQ(catalog().resolve(file.string()).value(), file);
  EXPECT_EQ(catalog().resolve("nothing").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(catalog().resolve(folder.path().string()).error().code, ErrorCode::kNotFound);
  fs::remove(blob_path(content));
  EXPECT_EQ(catalog().resolve("mine").error().code, ErrorCode::kNotFound);
}

TEST_F(CatalogCommands, ABareWordIsNeverLookedUpOutside) {
  endpoints.registry = "http://127.0.0.1:1"; // would be refused, not unknown
  const auto outcome = catalog().pull("smolm2-135m");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound);
  EXPECT_NE(outcome.error().hint.find("smollm2-135m"), std::string::npos);
}

TEST_F(CatalogCommands, TheSecondPullOfAnAliasNeedsNoSource) {
  ASSERT_TRUE(catalog().pull("mine"));
  fs::remove(file);
  const auto again = catalog().pull("mine");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_TRUE(again->was_there);
}

TEST_F(CatalogCommands, ABlobWithoutANameIsFoundAgain) {
  ASSERT_TRUE(catalog().pull("mine"));
  fs::remove(home / "installed.json"); // as if killed between the two
  EXPECT_TRUE(catalog().resolve("mine"));
  EXPECT_TRUE(catalog().pull("mine")->was_there);
  EXPECT_TRUE(catalog().show("mine")->installed);
  fs::remove(home / "installed.json");
  EXPECT_EQ(catalog().remove("mine")->freed_bytes, content.size());
  expect_only({});
}

} // namespace
} // namespace outpost::catalog
