// https:// and file:// sources: cuts, resuming, first trust, and several pulls at once.
#include <thread>

#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;
using test_support::HttpTestServer;
using test_support::serve_content;
using test_support::ServerRequest;
using test_support::ServerResponse;

class WebTest : public CatalogTest {
protected:
  std::string url() const { return server.url("/model.gguf"); }
  std::uint64_t bytes_sent() const { return sent; }

  ServerResponse answer(const ServerRequest& request) {
    ServerResponse response =
        override_answer ? override_answer(request) : serve_content(request, content, etag);
    if (cut_after > 0) response.cut_after = cut_after;
    sent += std::min(response.body.size(), response.cut_after.value_or(response.body.size()));
    return response;
  }

  std::string content = model_content(500'000);
  std::string etag = "\"v1\"";
  std::size_t cut_after = 0;
  std::function<ServerResponse(const ServerRequest&)> override_answer;
  std::uint64_t sent = 0;
  HttpTestServer server{[this](const ServerRequest& request) { return answer(request); }};
};

TEST_F(WebTest, TrustOnFirstUseIsRememberedAndSaid) {
  std::string notes;
  const auto outcome =
      catalog().pull(url(), [&](const Progress& progress) { notes += progress.note; });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_FALSE(outcome->model.digest_was_known);
  EXPECT_EQ(outcome->model.digest, sha256_of(content));
  EXPECT_NE(notes.find(sha256_of(content).hex()), std::string::npos);
  expect_only({content});

  fs::remove(outcome->path); // by hand: the name is still known, and so is its digest
  const std::string first = content;
  content = model_content(500'000, 2);
  const auto changed = catalog().pull(url());
  ASSERT_FALSE(changed);
  EXPECT_EQ(changed.error().code, ErrorCode::kCorruptData);
  content = first;
  EXPECT_TRUE(catalog().pull(url()));
}

TEST_F(WebTest, ConnectionsCutAgainAndAgainStillEndInAWholeFile) {
  cut_after = 70'000;
  const auto outcome = catalog().pull(url());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(read_file(outcome->path), content);
  EXPECT_EQ(bytes_sent(), content.size()); // no byte twice
  EXPECT_EQ(server.requests().size(), 8u);
}

TEST_F(WebTest, GivesUpWhenNothingMoreComes) {
  override_answer = [this](const ServerRequest& request) {
    ServerResponse response = serve_content(request, content, etag);
    response.cut_after = request.header("range").empty() ? 1000 : 0;
    return response;
  };
  const auto outcome = catalog().pull(url());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(server.requests().size(), 1u + static_cast<std::size_t>(limits.fruitless_attempts));
  override_answer = {};
  ASSERT_TRUE(catalog().pull(url()));
  EXPECT_EQ(server.requests().back().header("range"), "bytes=1000-");
  EXPECT_EQ(server.requests().back().header("if-range"), etag);
  expect_only({content});
}

TEST_F(WebTest, AServerWithoutRangesGivesAllOfItAgain) {
  cut_after = 100'000;
  override_answer = [this](const ServerRequest&) {
    return ServerResponse{.headers = {{"ETag", etag}}, .body = content};
  };
  ASSERT_FALSE(catalog().pull(url()));
  cut_after = 0;
  ASSERT_TRUE(catalog().pull(url()));
  expect_only({content});
}

TEST_F(WebTest, AFileThatChangedMeanwhileIsLoadedAnew) {
  cut_after = 100'000;
  limits.fruitless_attempts = 1;
  override_answer = [this](const ServerRequest& request) {
    ServerResponse response = serve_content(request, content, etag);
    if (!request.header("range").empty()) response = {.status = 503};
    return response;
  };
  ASSERT_FALSE(catalog().pull(url()));
  override_answer = {};
  cut_after = 0;
  content = model_content(300'000, 5);
  etag = "\"v2\"";
  const auto outcome = catalog().pull(url());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(read_file(outcome->path), content);
  expect_only({content});
}

TEST_F(WebTest, AFileThatShrankIsLoadedAnew) {
  int server_requests = 0;
  override_answer = [&](const ServerRequest& request) {
    ServerResponse response = serve_content(request, content, etag);
    if (request.header("range").empty()) {
      if (server_requests++ == 0) response.cut_after = 400'000;
      content = model_content(300'000); // from now on; same ETag, as a careless server has it
    }
    return response;
  };
  const auto outcome = catalog().pull(url());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(server.requests().size(), 3u);
  expect_only({content});
}

TEST_F(WebTest, HarmedLeftoversAreLoadedAnewOnce) {
  add_alias("pinned", content, {url()});
  cut_after = 100'000;
  override_answer = [this](const ServerRequest& request) {
    return request.header("range").empty() ? serve_content(request, content, etag)
                                           : ServerResponse{.status = 503};
  };
  ASSERT_FALSE(catalog().pull("pinned"));
  override_answer = {};
  cut_after = 0;
  const fs::path partial =
      home / "partial" / (BlobStore::partial_key(sha256_of(content)) + ".part");
  ASSERT_EQ(fs::file_size(partial), 100'000u);
  write_file(partial, std::string(100'000, '\0')); // what a power cut leaves of unsynced bytes
  const auto outcome = catalog().pull("pinned");
  ASSERT_TRUE(outcome) << outcome.error().message;
  expect_only({content});
}

TEST_F(WebTest, WhatIsNoModelIsNotInstalled) {
  content = "<html>Please sign in to the hotel's network</html>";
  const auto outcome = catalog().pull(url());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCorruptData);
  expect_only({});
}

TEST_F(WebTest, AnEndThatCouldBeACutIsRefused) {
  override_answer = [this](const ServerRequest&) {
    return ServerResponse{.raw = "HTTP/1.0 200 OK\r\n\r\n" + content};
  };
  EXPECT_EQ(catalog().pull(url()).error().code, ErrorCode::kUnsupported);
  add_alias("pinned", content, {url()});
  EXPECT_TRUE(catalog().pull("pinned")); // here the digest tells
}

TEST_F(WebTest, PlainHttpNeedsAPinnedDigest) {
  const auto outcome = catalog().pull("http://models.example/model.gguf");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kPermissionDenied);
}

TEST_F(WebTest, TheNextSourceIsTriedAndTheFirstErrorSaid) {
  add_alias("two", content, {server.url("/gone"), url()});
  override_answer = [this](const ServerRequest& request) {
    return request.target == "/gone" ? ServerResponse{.status = 404}
                                     : serve_content(request, content, etag);
  };
  std::string notes;
  ASSERT_TRUE(catalog().pull("two", [&](const Progress& progress) { notes += progress.note; }));
  EXPECT_NE(notes.find("404"), std::string::npos);
  EXPECT_NE(notes.find("MIT"), std::string::npos); // the licence is shown
  ASSERT_TRUE(catalog().remove("two"));
  override_answer = [](const ServerRequest&) { return ServerResponse{.status = 404}; };
  const auto outcome = catalog().pull("two");
  ASSERT_FALSE(outcome);
  EXPECT_NE(outcome.error().message.find("/gone"), std::string::npos);
  EXPECT_NE(outcome.error().message.find("/model.gguf"), std::string::npos);
}

TEST_F(WebTest, CancelKeepsWhatIsThere) {
  CancelSource source;
  const auto outcome = catalog().pull(
      url(),
      [&](const Progress& progress) {
        if (progress.phase == Phase::kVerifying) source.cancel();
      },
      source.token());
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCancelled);
  ASSERT_TRUE(catalog().pull(url()));
  EXPECT_EQ(read_file(blob_path(content)), content);
  EXPECT_EQ(bytes_sent(), content.size());
}

TEST_F(WebTest, TwoPullsAtOnceLoadOnce) {
  add_alias("shared", content, {url()});
  override_answer = [this](const ServerRequest& request) {
    ServerResponse response = serve_content(request, content, etag);
    response.piece_bytes = 100'000;
    response.pause_ms = 40;
    return response;
  };
  std::atomic<int> waited{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 3; ++i) {
    threads.emplace_back([&] {
      net::HttpClient own_http(clock);
      Catalog own(home, endpoints, own_http, clock, limits);
      bool said = false;
      const auto outcome = own.pull("shared", [&](const Progress& progress) {
        said = said || progress.phase == Phase::kWaiting;
      });
      EXPECT_TRUE(outcome) << outcome.error().message;
      if (said) ++waited;
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(waited.load(), 2);
  expect_only({content});
}

TEST_F(WebTest, AFileOfThisMachineIsCopied) {
  const fs::path file = folder.path() / "a model.gguf";
  write_file(file, content);
  const auto outcome = catalog().pull("file://" + file.string());
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(read_file(outcome->path), content);
  EXPECT_EQ(catalog().pull("file:///no/such/file").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(catalog().pull("file:///dev/zero").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(catalog().pull("file://" + folder.path().string()).error().code,
            ErrorCode::kInvalidArgument);
}

} // namespace
} // namespace outpost::catalog
