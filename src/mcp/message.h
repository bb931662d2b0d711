// Messages of the Model Context Protocol: JSON-RPC 2.0, one a time (no batches), read under limits.
// Source: modelcontextprotocol.io, revisions 2025-11-25 and 2026-07-28, "Base protocol".
#pragma once
#include <cstddef>
#include <string>
#include <string_view>

#include <boost/json.hpp>

#include "base/result.h"

namespace outpost::mcp {

struct MessageLimits {
  std::size_t bytes = 4U << 20U;
  std::size_t depth = 32;
};

// Codes of JSON-RPC 2.0 and of MCP.
inline constexpr int kParseError = -32700;
inline constexpr int kInvalidRequest = -32600;
inline constexpr int kMethodNotFound = -32601;
inline constexpr int kInvalidParams = -32602;
inline constexpr int kInternalError = -32603;
inline constexpr int kHeaderMismatch = -32020;
inline constexpr int kMissingClientCapability = -32021;
inline constexpr int kUnsupportedProtocolVersion = -32022;

struct RpcError {
  int code = kInternalError;
  std::string message;
  boost::json::value data; // null when there is none
};

struct Message {
  enum class Kind { kRequest, kNotification, kResult, kError };
  Kind kind = Kind::kNotification;
  boost::json::value id;      // a string or an integer; null in notifications and some errors
  std::string method;         // of requests and notifications
  boost::json::object params; // of both; empty when absent
  boost::json::object result; // kResult
  RpcError error;             // kError
};

// Errors: kLimitExceeded, kCorruptData (not JSON), kInvalidArgument (JSON, but no message).
Result<Message> parse_message(std::string_view text, const MessageLimits& limits = {});

// As text without line breaks.
std::string request_text(const boost::json::value& id, std::string_view method,
                         boost::json::object params);
std::string notification_text(std::string_view method, boost::json::object params);
std::string result_text(const boost::json::value& id, boost::json::object result);
std::string error_text(const boost::json::value& id, const RpcError& error);

} // namespace outpost::mcp
