#include <gtest/gtest.h>

#include "catalog/digest.h"

namespace outpost::catalog {
namespace {

// FIPS 180-4's example of one block.
TEST(Digest, KnownAnswer) {
  EXPECT_EQ(sha256_of("abc").hex(),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Digest, PiecesHashAsTheWhole) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(std::string_view("a"))));
  hash.update({});
  hash.update(std::as_bytes(std::span(std::string_view("bc"))));
  EXPECT_EQ(hash.finish(), sha256_of("abc"));
}

TEST(Digest, RoundTrips) {
  const Digest digest = sha256_of("x");
  EXPECT_EQ(Digest::parse(digest.hex()).value(), digest);
  EXPECT_EQ(Digest::parse_prefixed("sha256:" + digest.hex()).value(), digest);
}

TEST(Digest, NothingElseIsADigest) {
  const std::string hex = sha256_of("x").hex();
  std::string upper = hex, slash = hex;
  upper[3] = 'A';
  slash[0] = '/';
  for (const std::string& text :
       {std::string(), hex.substr(1), hex + "0", upper, slash, "sha256:" + hex,
        std::string("../../../../../../../../../../../../../../../../../../etc/passwd"),
        std::string(64, '\0'), " " + hex.substr(1)}) {
    const auto digest = Digest::parse(text);
    ASSERT_FALSE(digest) << text;
    EXPECT_EQ(digest.error().code, ErrorCode::kCorruptData);
  }
  for (const std::string& text : {hex, "sha512:" + hex, "sha256-" + hex, "SHA256:" + hex,
                                  "sha256:../" + hex.substr(3), "sha256: " + hex}) {
    EXPECT_FALSE(Digest::parse_prefixed(text)) << text;
  }
}

} // namespace
} // namespace outpost::catalog
