// ollama:// against a local registry, honest and hostile.
#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

using test_support::HttpTestServer;
using test_support::redirect_to;
using test_support::serve_content;
using test_support::ServerRequest;
using test_support::ServerResponse;

std::string layer(const std::string& type, const std::string& digest, const std::string& size) {
  return R"({"mediaType": ")" + type + R"(", "digest": ")" + digest + R"(", "size": )" + size + "}";
}

class RegistryTest : public CatalogTest {
protected:
  RegistryTest() {
    endpoints.registry = registry.url();
    limits.fruitless_attempts = 2;
  }

  ServerResponse answer(const ServerRequest& request) {
    if (request.target == "/v2/library/tiny/manifests/latest") return {.body = manifest};
    if (request.target == "/v2/library/tiny/blobs/" + digest) {
      return redirect_to(storage.url("/data?signed=1"), 307);
    }
    if (request.target == "/v2/library/tiny/blobs/" + license_digest) return {.body = license};
    return {.status = 404, .body = R"({"errors": [{"code": "MANIFEST_UNKNOWN"}]})"};
  }
  void expect_refused(ErrorCode code) {
    const auto outcome = catalog().pull("tiny:latest");
    ASSERT_FALSE(outcome) << manifest.substr(0, 200);
    EXPECT_EQ(outcome.error().code, code) << outcome.error().message;
    expect_only({});
    EXPECT_TRUE(catalog().list()->front().installed == std::nullopt);
  }

  static constexpr const char* kModel = "application/vnd.ollama.image.model";
  const std::string content = model_content(150'000);
  const std::string digest = "sha256:" + sha256_of(content).hex();
  const std::string size = std::to_string(content.size());
  const std::string license = "\n  MIT License\n\nCopyright (c) somebody\n";
  const std::string license_digest = "sha256:" + sha256_of(license).hex();
  std::string served = content;
  std::string manifest =
      R"({"schemaVersion": 2, "layers": [)" +
      layer("application/vnd.ollama.image.template", "sha256:" + std::string(64, '0'), "5") + ", " +
      layer(kModel, digest, size) + ", " +
      layer("application/vnd.ollama.image.license", license_digest,
            std::to_string(license.size())) +
      "]}";
  HttpTestServer storage{
      [this](const ServerRequest& request) { return serve_content(request, served); }};
  HttpTestServer registry{[this](const ServerRequest& request) { return answer(request); }};
};

TEST_F(RegistryTest, PullsTheModelLayer) {
  const auto outcome = catalog().pull("ollama://tiny");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->model.name, "tiny:latest");
  EXPECT_EQ(outcome->model.license, "MIT License");
  EXPECT_TRUE(outcome->model.digest_was_known);
  EXPECT_EQ(read_file(outcome->path), content);
  expect_only({content});
  EXPECT_EQ(catalog().resolve("tiny:latest").value(), outcome->path);
  EXPECT_EQ(catalog().resolve("ollama://tiny").value(), outcome->path);
}

TEST_F(RegistryTest, AnUnknownNameSaysSo) {
  const auto outcome = catalog().pull("tyni:latest");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound);
}

TEST_F(RegistryTest, ADigestThatIsNoneBecomesNoPath) {
  for (const std::string& bad :
       {std::string("sha256:../../../../../../etc/passwd"), std::string("sha256:"),
        "sha256:" + std::string(63, 'a') + "/", "sha256:" + std::string(64, 'A'),
        std::string("../blobs/x"), "sha512:" + std::string(64, 'a')}) {
    manifest = R"({"layers": [)" + layer(kModel, bad, size) + "]}";
    expect_refused(ErrorCode::kCorruptData);
  }
  EXPECT_TRUE(storage.requests().empty());
}

TEST_F(RegistryTest, BrokenManifestsAreRefused) {
  for (const std::string& bad :
       {std::string(), std::string("{"), std::string("[]"), std::string("{}"),
        std::string(R"({"layers": {}})"), R"({"layers": [)" + layer(kModel, digest, "-1") + "]}",
        R"({"layers": [)" + layer(kModel, digest, "1e99") + "]}",
        R"({"layers": [)" + layer(kModel, digest, "\"5\"") + "]}",
        R"({"layers": [{"mediaType": ")" + std::string(kModel) + R"(", "digest": 7}]})"}) {
    manifest = bad;
    expect_refused(ErrorCode::kCorruptData);
  }
}

TEST_F(RegistryTest, NoModelLayerIsUnsupported) {
  manifest = R"({"layers": [7, "x", null, )" + layer("application/x-other", digest, size) + "]}";
  expect_refused(ErrorCode::kUnsupported);
}

TEST_F(RegistryTest, HugeAndDeepManifestsAreRefused) {
  manifest = R"({"layers": ")" + std::string(2 << 20, 'x') + "\"}";
  expect_refused(ErrorCode::kLimitExceeded);
  manifest = R"({"layers": )" + std::string(500'000, '[');
  expect_refused(ErrorCode::kCorruptData);
  std::string many;
  for (int i = 0; i < 5000; ++i) many += (many.empty() ? "" : ",") + std::string("{}");
  manifest = R"({"layers": [)" + many + "]}";
  expect_refused(ErrorCode::kCorruptData);
}

TEST_F(RegistryTest, ASizeThatFitsNoDiskIsRefused) {
  manifest = R"({"layers": [)" + layer(kModel, digest, "18446744073709551615") + "]}";
  expect_refused(ErrorCode::kLimitExceeded);
}

TEST_F(RegistryTest, OtherContentThanTheDigestSaysIsRemoved) {
  served = model_content(content.size(), 3);
  expect_refused(ErrorCode::kCorruptData);
}

TEST_F(RegistryTest, LessOrMoreThanTheManifestSaysIsNoticed) {
  served = content + "more";
  const auto more = catalog().pull("tiny:latest");
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, ErrorCode::kCorruptData);
  served = content.substr(0, 1000);
  const auto less = catalog().pull("tiny:latest");
  ASSERT_FALSE(less);
  EXPECT_EQ(less.error().code, ErrorCode::kCorruptData);
  EXPECT_FALSE(std::filesystem::exists(blob_path(content)));
}

TEST_F(RegistryTest, ALicenceThatIsNotWhatTheManifestSaysIsNotShown) {
  manifest = R"({"layers": [)" + layer(kModel, digest, size) + ", " +
             layer("application/vnd.ollama.image.license", "sha256:" + std::string(64, 'b'), "10") +
             "]}";
  const auto outcome = catalog().pull("tiny:latest");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(outcome->model.license, "");
}

} // namespace
} // namespace outpost::catalog
