#include "http/response.h"

#include <ctime>

#include <fmt/format.h>

namespace outpost::http {
namespace {

bool is_field_safe(std::string_view text) {
  return text.find_first_of(std::string_view("\r\n\0", 3)) == std::string_view::npos;
}

void add_field(std::string& out, std::string_view name, std::string_view value) {
  if (!is_field_safe(name) || !is_field_safe(value)) return;
  fmt::format_to(std::back_inserter(out), "{}: {}\r\n", name, value);
}

// IMF-fixdate (RFC 9110, 5.6.7); names of days and months are fixed, whatever the locale.
std::string http_date(std::int64_t now_ms) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto seconds = static_cast<std::time_t>(now_ms / 1000);
  std::tm at{};
  gmtime_r(&seconds, &at);
  return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", kDays[at.tm_wday % 7], at.tm_mday,
                     kMonths[at.tm_mon % 12], at.tm_year + 1900, at.tm_hour, at.tm_min, at.tm_sec);
}

} // namespace

Response json_response(int status, std::string body) {
  return {status, "application/json", {}, std::move(body)};
}

Response text_response(int status, std::string body) {
  return {status, "text/plain; charset=utf-8", {}, std::move(body)};
}

std::string_view reason_phrase(int status) {
  switch (status) {
  case 100: return "Continue";
  case 200: return "OK";
  case 201: return "Created";
  case 204: return "No Content";
  case 400: return "Bad Request";
  case 401: return "Unauthorized";
  case 403: return "Forbidden";
  case 404: return "Not Found";
  case 405: return "Method Not Allowed";
  case 408: return "Request Timeout";
  case 409: return "Conflict";
  case 411: return "Length Required";
  case 413: return "Content Too Large";
  case 414: return "URI Too Long";
  case 415: return "Unsupported Media Type";
  case 417: return "Expectation Failed";
  case 422: return "Unprocessable Content";
  case 429: return "Too Many Requests";
  case 431: return "Request Header Fields Too Large";
  case 500: return "Internal Server Error";
  case 501: return "Not Implemented";
  case 503: return "Service Unavailable";
  case 504: return "Gateway Timeout";
  case 505: return "HTTP Version Not Supported";
  case 507: return "Insufficient Storage";
  default: return status < 400 ? "OK" : "Error";
  }
}

std::string head_bytes(const Response& response, const Framing& framing) {
  std::string out =
      fmt::format("HTTP/1.1 {} {}\r\n", response.status, reason_phrase(response.status));
  add_field(out, "Date", http_date(framing.now_ms));
  add_field(out, "Server", "outpost");
  if (!framing.request_id.empty()) add_field(out, "X-Request-Id", framing.request_id);
  if (!response.content_type.empty() && response.status != 204) {
    add_field(out, "Content-Type", response.content_type);
  }
  for (const auto& [name, value] : response.headers.fields()) add_field(out, name, value);
  if (framing.body_bytes && response.status != 204) {
    add_field(out, "Content-Length", std::to_string(*framing.body_bytes));
  } else if (!framing.body_bytes && !framing.is_http_1_0) {
    add_field(out, "Transfer-Encoding", "chunked");
  }
  if (framing.closes) {
    add_field(out, "Connection", "close");
  } else if (framing.is_http_1_0) {
    add_field(out, "Connection", "keep-alive");
  }
  return out + "\r\n";
}

std::string chunk_bytes(std::string_view data) {
  return fmt::format("{:x}\r\n{}\r\n", data.size(), data);
}

} // namespace outpost::http
