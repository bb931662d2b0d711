// hf:// against a local server that speaks the hub's protocol.
#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

using test_support::HttpTestServer;
using test_support::redirect_to;
using test_support::serve_content;
using test_support::ServerRequest;
using test_support::ServerResponse;

const std::string kCommit(40, 'c');

class HubTest : public CatalogTest {
protected:
  HubTest() {
    endpoints.hub = hub.url();
    endpoints.hub_token = "hub-secret";
  }

  ServerResponse answer(const ServerRequest& request) {
    if (request.target == "/api/models/org/repo") {
      return {.body = R"({"id": "org/repo", "tags": ["gguf", "license:apache-2.0"]})"};
    }
    constexpr std::string_view kOldName = "/old/name/";
    if (request.target.starts_with(kOldName)) {
      return redirect_to("/org/repo/" + request.target.substr(kOldName.size()), 307);
    }
    if (request.target == "/org/repo/resolve/main/model.gguf" ||
        request.target == "/org/repo/resolve/" + kCommit + "/model.gguf") {
      auto response = redirect_to(content_server.url("/lfs?signature=x"));
      response.headers.emplace_back("X-Repo-Commit", kCommit);
      response.headers.emplace_back("X-Linked-Size", linked_size);
      response.headers.emplace_back("X-Linked-ETag", linked_etag);
      return response;
    }
    return {.status = 404, .body = "Entry not found"};
  }

  const std::string content = model_content(200'000);
  std::string linked_size = std::to_string(content.size());
  std::string linked_etag = "\"" + sha256_of(content).hex() + "\"";
  std::string served = content;
  HttpTestServer content_server{
      [this](const ServerRequest& request) { return serve_content(request, served); }};
  HttpTestServer hub{[this](const ServerRequest& request) { return answer(request); }};
};

TEST_F(HubTest, PullsThroughTheContentServer) {
  const auto outcome = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(read_file(outcome->path), content);
  EXPECT_EQ(outcome->model.license, "apache-2.0");
  EXPECT_TRUE(outcome->model.digest_was_known);
  expect_only({content});
  for (const auto& request : content_server.requests()) {
    EXPECT_EQ(request.header("authorization"), ""); // the token is the hub's
  }
  EXPECT_EQ(hub.requests().front().header("authorization"), "Bearer hub-secret");
  // What the revision meant when it was asked is what is loaded.
  EXPECT_NE(hub.requests().back().target.find(kCommit), std::string::npos);
}

TEST_F(HubTest, ARenamedRepositoryIsFollowed) {
  const auto outcome = catalog().pull("hf://old/name/model.gguf");
  ASSERT_TRUE(outcome) << outcome.error().message;
  expect_only({content});
}

TEST_F(HubTest, TheSecondPullLoadsNothing) {
  ASSERT_TRUE(catalog().pull("hf://org/repo/model.gguf"));
  const auto again = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_TRUE(again);
  EXPECT_TRUE(again->was_there);
  EXPECT_EQ(content_server.requests().size(), 1u);
}

TEST_F(HubTest, AMovedFileReplacesWhatTheNameMeant) {
  ASSERT_TRUE(catalog().pull("hf://org/repo/model.gguf"));
  served = model_content(1000, 2);
  linked_size = "1000";
  linked_etag = "\"" + sha256_of(served).hex() + "\"";
  const auto again = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_FALSE(again->was_there);
  expect_only({served});
}

TEST_F(HubTest, WrongContentIsRefusedAndRemoved) {
  served = model_content(content.size(), 7);
  const auto outcome = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCorruptData);
  EXPECT_NE(outcome.error().message.find(sha256_of(content).hex()), std::string::npos);
  EXPECT_NE(outcome.error().message.find(sha256_of(served).hex()), std::string::npos);
  expect_only({});
  EXPECT_TRUE(catalog().resolve("hf://org/repo/model.gguf").error().code == ErrorCode::kNotFound);
}

TEST_F(HubTest, AnAliasThatPinsAnotherDigestLoadsNothing) {
  add_alias("pinned", model_content(content.size(), 9), {"hf://org/repo/model.gguf"});
  const auto outcome = catalog().pull("pinned");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCorruptData);
  EXPECT_TRUE(content_server.requests().empty());
}

TEST_F(HubTest, ALieAboutTheSizeIsNoticed) {
  linked_size = std::to_string(content.size() + 1);
  const auto outcome = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCorruptData);
  EXPECT_FALSE(std::filesystem::exists(blob_path(content)));
}

TEST_F(HubTest, AnAbsurdSizeIsRefusedBeforeTheDiskIsTouched) {
  linked_size = "18446744073709551615";
  EXPECT_EQ(catalog().pull("hf://org/repo/model.gguf").error().code, ErrorCode::kLimitExceeded);
  linked_size = std::to_string(std::uint64_t{1} << 39);
  served.resize(10);
  const auto outcome = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_FALSE(outcome);
  expect_only({});
}

TEST_F(HubTest, AnETagThatIsNoDigestIsNotTrusted) {
  linked_etag = "\"../../../../etc/cron.d/x\"";
  const auto outcome = catalog().pull("hf://org/repo/model.gguf");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->model.digest_was_known);
  EXPECT_EQ(outcome->model.digest, sha256_of(content));
  expect_only({content});
}

TEST_F(HubTest, AMissingFileSaysSo) {
  const auto outcome = catalog().pull("hf://org/repo/other.gguf");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound);
}

} // namespace
} // namespace outpost::catalog
