// An MCP server that is a program: started here with a clean environment in a process group of its
// own, one message a line each way.
#pragma once
#include <deque>
#include <memory>

#include "base/clock.h"
#include "mcp/channel.h"
#include "mcp/frames.h"
#include "platform/child_process.h"

namespace outpost::mcp {

class StdioChannel final : public Channel {
public:
  // `clock` outlives the channel. Errors of ChildProcess::start.
  static Result<std::unique_ptr<Channel>> start(const platform::Program& program, Clock& clock,
                                                const MessageLimits& limits = {});

  Result<Message> exchange(const Outgoing& request, const CallBounds& bounds,
                           const NotificationSink& notifications) override;
  Status notify(const Outgoing& notification) override;

private:
  StdioChannel(std::unique_ptr<platform::ChildProcess> child, Clock& clock,
               const MessageLimits& limits)
      : child_(std::move(child)), clock_(clock), limits_(limits), frames_(limits.bytes) {}
  Status send(const std::string& text);
  // The next message; nothing when none came within a short wait.
  Result<std::optional<Message>> receive();
  Status refuse(const Message& request);
  void tell_cancelled(const boost::json::value& id, const char* reason);

  std::unique_ptr<platform::ChildProcess> child_;
  Clock& clock_;
  MessageLimits limits_;
  LineFrames frames_;
};

} // namespace outpost::mcp
