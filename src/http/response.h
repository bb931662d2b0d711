// An answer, and the bytes of its head.
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/headers.h"

namespace outpost::http {

struct Response {
  int status = 200;
  std::string content_type = "application/json";
  Headers headers; // beside those that the connection adds
  std::string body;
};

Response json_response(int status, std::string body);
Response text_response(int status, std::string body);

std::string_view reason_phrase(int status);

// How a body's end is told.
struct Framing {
  bool is_http_1_0 = false;
  bool closes = false;                   // the connection ends after this answer
  std::optional<std::size_t> body_bytes; // none: in chunks, or to the end of an HTTP/1.0 connection
  std::string request_id;
  std::int64_t now_ms = 0; // for Date
};

// Status line and fields, with the empty line. A field whose value holds a line break is left out:
// nothing a client sent can add fields to an answer.
std::string head_bytes(const Response& response, const Framing& framing);

// One chunk (RFC 9112, 7.1); `data` must not be empty. And what ends them.
std::string chunk_bytes(std::string_view data);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

} // namespace outpost::http
