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
  ASSERT_TRUE(ring.add({.name = "ann", .role = Role::kAdmin}, ann));
  ASSERT_TRUE(ring.add({.name = "bob", .expires_ms = 100, .limits = KeyLimits{3, 4}}, bob));
  ASSERT_TRUE(ring.save(path));
  struct stat info{};
  ASSERT_EQ(::stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777, 0600u);
  std::ifstream in(path);
  const std::string text((std::istreambuf_iterator<char>(in)), {});
  EXPECT_EQ(text.find(ann.substr(3)), std::string::npos);

  const KeyRing again = *KeyRing::load(path);
  EXPECT_EQ(again.find(ann, 1000)->name, "ann");
  EXPECT_EQ(again.find(ann, 1000)->role, Role::kAdmin);
  EXPECT_EQ(again.find(bob, 99)->limits, (KeyLimits{3, 4}));
  EXPECT_EQ(again.find(bob, 99)->role, Role::kUser);
  EXPECT_FALSE(again.find(bob, 100)) << "it has expired";
  for (const std::string& wrong :
       {std::string(), ann + "0", ann.substr(0, 40), std::string("op-")}) {
    EXPECT_FALSE(again.find(wrong, 0)) << wrong;
  }
}

TEST(KeyRing, NamesAreUniqueAndPlain) {
  KeyRing ring;
  ASSERT_TRUE(ring.add({.name = "a.b-c_1"}, "k"));
  EXPECT_EQ(ring.add({.name = "a.b-c_1"}, "l").error().code, ErrorCode::kConflict);
  EXPECT_EQ(ring.add({.name = "a b"}, "l").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(ring.remove("x").error().code, ErrorCode::kNotFound);
  ASSERT_TRUE(ring.remove("a.b-c_1"));
  EXPECT_FALSE(ring.find("k", 0));
}

TEST(KeyRing, ADamagedFileIsNotAnEmptyRing) {
  const auto path = file("damaged.json");
  std::filesystem::create_directories(path.parent_path());
  for (const char* text :
       {"", "[]", "{\"keys\": 3}", "{\"keys\": [{\"name\": \"x\"}]}",
        "{\"keys\": [{\"name\": \"x\", \"sha256\": \"zz\"}]}",
        "{\"keys\": [{\"name\": \"x\", \"role\": \"king\", \"sha256\": "
        "\"b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53\"}]}"}) {
    std::ofstream(path) << text;
    const auto ring = KeyRing::load(path);
    ASSERT_FALSE(ring) << text;
    EXPECT_EQ(ring.error().code, ErrorCode::kCorruptData);
  }
}

} // namespace
} // namespace outpost::security
