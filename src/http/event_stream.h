// Pieces of the two streams that clients read: server-sent events (WHATWG HTML, 9.2) and lines of
// JSON. JSON text holds no raw line breaks, so one data line is enough.
#pragma once
#include <string>
#include <string_view>

#include "http/response.h"

namespace outpost::http {

inline constexpr std::string_view kEventComment = ": keep-alive\n\n";

inline std::string event_data(std::string_view json) {
  return std::string("data: ").append(json).append("\n\n");
}

inline std::string named_event(std::string_view name, std::string_view json) {
  return std::string("event: ").append(name).append("\ndata: ").append(json).append("\n\n");
}

inline std::string json_line(std::string_view json) { return std::string(json).append("\n"); }

inline Response event_stream_head() {
  Response head;
  head.content_type = "text/event-stream";
  head.headers.add("Cache-Control", "no-cache");
  return head;
}

inline Response json_lines_head() {
  Response head;
  head.content_type = "application/x-ndjson";
  return head;
}

} // namespace outpost::http
