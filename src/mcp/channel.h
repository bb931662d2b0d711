// How messages reach an MCP server and its answers come back: a child process or an address.
#pragma once
#include <chrono>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include <boost/json.hpp>

#include "base/cancel.h"
#include "base/result.h"
#include "mcp/message.h"

namespace outpost::mcp {

// What goes out. `id` is null in notifications.
struct Outgoing {
  boost::json::value id;
  std::string method;
  boost::json::object params;
  std::string revision;                                           // empty before it is known
  std::string name;                                               // of the tool, for a call
  std::vector<std::pair<std::string, std::string>> header_values; // Mcp-Param-...: name, value

  [[nodiscard]] std::string text() const {
    return id.is_null() ? notification_text(method, params) : request_text(id, method, params);
  }
};

struct CallBounds {
  std::chrono::milliseconds time{std::chrono::seconds(60)};
  CancelToken cancel;
};

// Called with notifications that come before the answer.
using NotificationSink = std::function<void(const Message&)>;

// Belongs to one thread at a time; one request is under way at once.
class Channel {
public:
  Channel() = default;
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;
  virtual ~Channel() = default;

  // The answer (a result or an error) to a request. Requests of the server are refused here, but
  // for its ping. Errors: kUnavailable (gone; a new channel may do), kTimeout, kCancelled (in both
  // cases the server was told), kCorruptData and kLimitExceeded (a peer against the rules; the
  // channel is of no use any more), kPermissionDenied (the address wants another key).
  virtual Result<Message> exchange(const Outgoing& request, const CallBounds& bounds,
                                   const NotificationSink& notifications) = 0;
  virtual Status notify(const Outgoing& notification) = 0;
  // Are arguments repeated beside the message, in header fields?
  [[nodiscard]] virtual bool repeats_values() const { return false; }
};

} // namespace outpost::mcp
