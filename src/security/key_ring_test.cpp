#include <fstream>
#include <sys/stat.h>

#include <gtest/gtest.h>

#include "security/key_ring.h"

namespace outpost::security {
namespace {

std::filesystem::path file(const char* name) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "key_ring_test" / name;
  std::filesystem::remove(path);
  return path;
}

TEST(KeyRing, KeepsDigestsForItsOwnerOnly) {
  const auto path = file("keys.json");
  KeyRing ring = *KeyRing::load(path);
  const std::string ann = new_key(), bob = new_key();
  EXPECT_NE(ann, bob);
  ASSERT_TRUE(ring.add("ann", ann, 5));
  ASSERT_TRUE(ring.add("bob", bob, 6));
  ASSERT_TRUE(ring.save(path));
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::ifstream in(path);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(text.find(ann.substr(3)), std::string::npos);

  const KeyRing again = *KeyRing::load(path);
  EXPECT_EQ(again.find(ann), "ann");
  EXPECT_EQ(again.find(bob), "bob");
  for (const std::string& wrong :
       {std::string(), ann + "0", ann.substr(0, 40), std::string("op-")}) {
    EXPECT_FALSE(again.find(wrong)) << wrong;
  }
}

TEST(KeyRing, NamesAreUniqueAndPlain) {
  KeyRing ring;
  ASSERT_TRUE(ring.add("a.b-c_1", "k", 0));
  EXPECT_EQ(ring.add("a.b-c_1", "l", 0).error().code, ErrorCode::kConflict);
  EXPECT_EQ(ring.add("a b", "l", 0).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ring.remove("x").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(ring.remove("a.b-c_1"));
  EXPECT_FALSE(ring.find("k"));
}

TEST(KeyRing, ADamagedFileIsNotAnEmptyRing) {
  const auto path = file("damaged.json");
  std::filesystem::create_directories(path.parent_path());
  for (const char* text : {"", "[]", "{\"keys\": 3}", "{\"keys\": [{\"name\": \"x\"}]}",
                           "{\"keys\": [{\"name\": \"x\", \"sha256\": \"zz\"}]}"}) {
    std::ofstream(path) << text;
    const auto ring = KeyRing::load(path);
    ASSERT_FALSE(ring) << text;
    EXPECT_EQ(ring.error().code, ErrorCode::kCorruptData);
  }
}

} // namespace
} // namespace outpost::security
