#include "catalog/digest.h"

#include <openssl/evp.h>

#include "base/assert.h"

namespace outpost::catalog {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

std::string printable(std::string_view text) {
  std::string out(text.substr(0, 80));
  for (char& c : out) {
    if (c < 0x20 || c == 0x7f) c = '?';
  }
  return out;
}

} // namespace

Result<Digest> Digest::parse(std::string_view hex) {
  std::array<std::uint8_t, kBytes> bytes{};
  bool valid = hex.size() == 2 * kBytes;
  for (std::size_t i = 0; valid && i < hex.size(); ++i) {
    const std::size_t value = kHexDigits.find(hex[i]);
    valid = value != std::string_view::npos;
    if (valid) bytes[i / 2] = static_cast<std::uint8_t>(bytes[i / 2] << 4 | value);
  }
  if (!valid) {
    return fail(ErrorCode::kCorruptData,
                "'" + printable(hex) + "' is not a sha256: 64 lower-case hexadecimal digits");
  }
  return Digest(bytes);
}

Result<Digest> Digest::parse_prefixed(std::string_view text) {
  constexpr std::string_view kPrefix = "sha256:";
  if (!text.starts_with(kPrefix)) {
    return fail(ErrorCode::kCorruptData,
                "'" + printable(text) + "' is not a digest of the form sha256:<64 digits>");
  }
  return parse(text.substr(kPrefix.size()));
}

std::string Digest::hex() const {
  std::string text;
  text.reserve(2 * kBytes);
  for (const std::uint8_t byte : bytes_) text += {kHexDigits[byte >> 4], kHexDigits[byte & 15]};
  return text;
}

struct Sha256::Context {
  std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> evp{EVP_MD_CTX_new(), &EVP_MD_CTX_free};
};

// OpenSSL fails here only without memory or without SHA-256 in the library; neither is survivable.
Sha256::Sha256() : context_(std::make_unique<Context>()) {
  OUTPOST_ASSERT(context_->evp != nullptr);
  OUTPOST_ASSERT(EVP_DigestInit_ex(context_->evp.get(), EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() = default;

void Sha256::update(std::span<const std::byte> bytes) {
  OUTPOST_ASSERT(EVP_DigestUpdate(context_->evp.get(), bytes.data(), bytes.size()) == 1);
}

Digest Sha256::finish() {
  std::array<std::uint8_t, Digest::kBytes> bytes{};
  unsigned size = 0;
  OUTPOST_ASSERT(EVP_DigestFinal_ex(context_->evp.get(), bytes.data(), &size) == 1);
  OUTPOST_ASSERT(size == bytes.size());
  return Digest(bytes);
}

Digest sha256_of(std::string_view text) {
  Sha256 hash;
  hash.update(std::as_bytes(std::span(text)));
  return hash.finish();
}

} // namespace outpost::catalog
