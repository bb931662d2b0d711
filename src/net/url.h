// An http or https address, read by the one parser the program has (libcurl's), so that what was
// checked is what is connected to: two parsers that disagree about a backslash are how checks on
// hosts get bypassed.
#pragma once
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::net {

class Url {
public:
  static constexpr std::size_t kMaxBytes = 8192;

  // Refuses, with kInvalidArgument: other schemes, a user or password inside, white space, control
  // characters, backslashes, no host, more than kMaxBytes.
  static Result<Url> parse(std::string_view text);
  // What a Location header of this address's answer means; same rules as parse().
  [[nodiscard]] Result<Url> resolve(std::string_view location) const;

  [[nodiscard]] const std::string& text() const { return text_; } // normalised, without a fragment
  [[nodiscard]] const std::string& scheme() const { return scheme_; } // "http" or "https"
  [[nodiscard]] const std::string& host() const { return host_; }     // lower case
  [[nodiscard]] int port() const { return port_; }                // the scheme's own if not given
  [[nodiscard]] const std::string& path() const { return path_; } // begins with '/'

  // For messages and logs: without the query, which may hold a signature or a key.
  [[nodiscard]] std::string shown() const;
  // Same scheme, host and port: what one credential is good for.
  [[nodiscard]] bool same_origin(const Url& other) const;

private:
  Url() = default;
  std::string text_, scheme_, host_, path_;
  int port_ = 0;
};

// One path segment with everything but unreserved characters (RFC 3986, 2.3) as %XX.
std::string percent_encode(std::string_view segment);

} // namespace outpost::net
