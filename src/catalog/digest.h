// SHA-256, and the one type for its value. What a digest names (a file of the store) is built only
// from this type, so that text from a registry can never become a path (CVE-2024-37032 was that).
#pragma once
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::catalog {

class Digest {
public:
  static constexpr std::size_t kBytes = 32;

  // Exactly 64 lower-case hexadecimal digits.
  static Result<Digest> parse(std::string_view hex);
  // "sha256:" and as above, as registries write it.
  static Result<Digest> parse_prefixed(std::string_view text);
  explicit Digest(const std::array<std::uint8_t, kBytes>& bytes) : bytes_(bytes) {}

  [[nodiscard]] std::string hex() const;
  auto operator<=>(const Digest&) const = default;

private:
  std::array<std::uint8_t, kBytes> bytes_;
};

// Hashes a stream of bytes.
class Sha256 {
public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  void update(std::span<const std::byte> bytes);
  [[nodiscard]] Digest finish(); // once, at the end

private:
  struct Context; // OpenSSL's
  std::unique_ptr<Context> context_;
};

Digest sha256_of(std::string_view text);

} // namespace outpost::catalog
