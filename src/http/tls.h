// TLS of a server: certificate and key from PEM files, checked before they are used. TLS 1.2 or
// newer, the library's own choice of ciphers.
#pragma once
#include <filesystem>
#include <memory>

#include "base/result.h"

namespace boost::asio::ssl {
class context;
}

namespace outpost::http {

// Immutable; connections share the one they began with, so a new one can take its place at any
// time.
class TlsContext {
public:
  // `certificate` holds the server's own first, then the chain. kNotFound (a file is not there),
  // kInvalidArgument (no PEM, an encrypted key, a key of another certificate, expired at `now_ms`).
  static Result<std::shared_ptr<TlsContext>> load(const std::filesystem::path& certificate,
                                                  const std::filesystem::path& key,
                                                  std::int64_t now_ms);
  ~TlsContext();

  [[nodiscard]] boost::asio::ssl::context& context() { return *context_; }
  // Of the certificate, wall time.
  [[nodiscard]] std::int64_t expires_ms() const { return expires_ms_; }

private:
  TlsContext();
  std::unique_ptr<boost::asio::ssl::context> context_;
  std::int64_t expires_ms_ = 0;
};

} // namespace outpost::http
