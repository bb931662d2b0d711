// An answer that is no answer: its status and its error object in our words.
#pragma once
#include <chrono>
#include <optional>

#include "base/error.h"
#include "net/http_client.h"
#include "remote/endpoint.h"

namespace outpost::remote {

// REQUIRES: the status is not 2xx. kPermissionDenied (401, 403, a redirect), kNotFound (404),
// kLimitExceeded (the prompt is too long), kInvalidArgument (other 4xx), kTimeout (408, 504),
// kUnavailable (429, 5xx; the hint says when to come again).
Error refusal(const Endpoint& endpoint, const net::HttpResponse& response);

// How long the endpoint asks to be left alone, in seconds as RFC 9110 (10.2.3) has them, at most an
// hour. A date is not read: clocks differ.
std::optional<std::chrono::seconds> retry_after(const net::HttpResponse& response);

} // namespace outpost::remote
