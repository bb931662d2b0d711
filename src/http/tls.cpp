#include "http/tls.h"

#include <ctime>
#include <openssl/x509.h>
#include <system_error>

#include <boost/asio/ssl/context.hpp>

namespace outpost::http {
namespace {

namespace ssl = boost::asio::ssl;

tl::unexpected<Error> file_error(const char* what, const std::filesystem::path& path,
                                 const boost::system::error_code& error) {
  std::error_code ignored;
  if (!std::filesystem::is_regular_file(path, ignored)) {
    return fail(ErrorCode::kNotFound,
                std::string("there is no ") + what + " '" + path.string() + "'");
  }
  return fail(ErrorCode::kInvalidArgument,
              std::string("'") + path.string() + "' cannot be used as " + what + ": " +
                  error.message(),
              "a PEM file that this user may read is needed, without a passphrase");
}

// Seconds since 1970 of the day after which the certificate is worth nothing.
std::int64_t expiry_ms(ssl::context& context) {
  const X509* certificate = SSL_CTX_get0_certificate(context.native_handle());
  std::tm fields{};
  if (certificate == nullptr || ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &fields) != 1) {
    return 0;
  }
  return std::int64_t{timegm(&fields)} * 1000;
}

} // namespace

TlsContext::TlsContext() : context_(std::make_unique<ssl::context>(ssl::context::tls_server)) {}
TlsContext::~TlsContext() = default;

Result<std::shared_ptr<TlsContext>> TlsContext::load(const std::filesystem::path& certificate,
                                                     const std::filesystem::path& key,
                                                     std::int64_t now_ms) {
  const std::shared_ptr<TlsContext> tls(new TlsContext());
  ssl::context& context = *tls->context_;
  boost::system::error_code error;
  context.set_options(ssl::context::default_workarounds | ssl::context::no_compression, error);
  SSL_CTX_set_min_proto_version(context.native_handle(), TLS1_2_VERSION);
  // A key with a passphrase would be asked for on the terminal.
  context.set_password_callback([](std::size_t, ssl::context::password_purpose) { return ""; },
                                error);
  context.use_certificate_chain_file(certificate.string(), error);
  if (error) return file_error("certificate", certificate, error);
  context.use_private_key_file(key.string(), ssl::context::pem, error);
  if (error) return file_error("key", key, error);
  if (SSL_CTX_check_private_key(context.native_handle()) != 1) {
    return fail(ErrorCode::kInvalidArgument, "the key '" + key.string() +
                                                 "' does not belong to the certificate '" +
                                                 certificate.string() + "'");
  }
  tls->expires_ms_ = expiry_ms(context);
  if (tls->expires_ms_ <= now_ms) {
    return fail(ErrorCode::kInvalidArgument,
                "the certificate '" + certificate.string() + "' has expired", "renew it");
  }
  return tls;
}

} // namespace outpost::http
