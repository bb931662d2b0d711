#include <cstdlib>
#include <fstream>

#include <gtest/gtest.h>

#include "app/agents/secret.h"
#include "base/random.h"

namespace outpost::app {
namespace {

class Secret : public ::testing::Test {
protected:
  ~Secret() override { std::filesystem::remove(file_); }
  Result<std::string> in_file(const std::string& text) const {
    std::ofstream(file_, std::ios::binary) << text;
    return read_secret("the password of ann", "", file_);
  }
  std::filesystem::path file_ =
      std::filesystem::temp_directory_path() / ("outpost-secret-" + std::to_string(random_seed()));
};

TEST_F(Secret, IsTheFirstLineOfItsFile) {
  EXPECT_EQ(in_file("top secret").value_or(""), "top secret");
  EXPECT_EQ(in_file("top secret\n").value_or(""), "top secret");
  EXPECT_EQ(in_file("top secret\r\nof the office\n").value_or(""), "top secret");
  EXPECT_EQ(read_secret("the password of ann", "", {}).value_or("x"), "");
}

// Who has no password would log in as nobody.
TEST_F(Secret, IsNeverBlank) {
  for (const char* text : {"", "\n", "  \n", "\r\nsecret"}) {
    const auto read = in_file(text);
    ASSERT_FALSE(read) << text;
    EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(read.error().message.find(file_.string()), std::string::npos) << read.error().message;
  }
  ASSERT_EQ(::setenv("OUTPOST_TEST_SECRET", " ", 1), 0);
  const auto read = read_secret("the password of ann", "OUTPOST_TEST_SECRET", {});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(read.error().message.find("OUTPOST_TEST_SECRET"), std::string::npos);
  ASSERT_EQ(::setenv("OUTPOST_TEST_SECRET", "top secret", 1), 0);
  EXPECT_EQ(read_secret("the password of ann", "OUTPOST_TEST_SECRET", {}).value_or(""),
            "top secret");
  ASSERT_EQ(::setenv("OUTPOST_TEST_SECRET", "", 1), 0);
  EXPECT_EQ(read_secret("the password of ann", "OUTPOST_TEST_SECRET", {}).error().code,
            ErrorCode::kNotFound);
  ASSERT_EQ(::unsetenv("OUTPOST_TEST_SECRET"), 0);
}

} // namespace
} // namespace outpost::app
