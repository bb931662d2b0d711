// A model that somebody else serves: where it is, what it is called there, what a request may take.
#pragma once
#include <chrono>
#include <cstdint>
#include <string>

#include "base/result.h"
#include "net/url.h"

namespace outpost::remote {

struct Endpoint {
  std::string name;    // in messages and accounts
  std::string url;     // what stands before "/chat/completions": "https://host/v1"
  std::string model;   // as the endpoint calls it
  std::string key;     // sent as a bearer token; empty: none
  std::string ca_file; // PEM; empty: the system's own authorities
  std::uint32_t context_tokens = 32'768;
  bool samples_widely = false; // understands top_k, min_p and repetition_penalty

  std::chrono::milliseconds connect_timeout{std::chrono::seconds(10)};
  std::chrono::milliseconds idle_timeout{std::chrono::seconds(60)};  // without a byte
  std::chrono::milliseconds answer_timeout{std::chrono::minutes(5)}; // from request to its end
  std::uint64_t answer_bytes_max = 8U << 20U;
};

// The address of `path` ("/chat/completions") there. kInvalidArgument for an address that is none,
// kPermissionDenied for one that would send a key, or what a request holds, unencrypted over a
// network: plain http is for loopback.
Result<net::Url> address_of(const Endpoint& endpoint, std::string_view path);

} // namespace outpost::remote
