// A client of one MCP server, over any channel. Finds out which revision the server speaks: it is
// asked the modern way first (server/discover) and greeted the old way (initialize) when that gives
// no answer of a modern server, as the specification says.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mcp/channel.h"
#include "mcp/tool_answer.h"
#include "mcp/tool_definition.h"

namespace outpost::mcp {

struct ClientOptions {
  std::string name = "outpost";
  std::string version;
  std::string revision; // speaks only this one; empty: whichever the server does
  std::chrono::milliseconds probe_time{std::chrono::seconds(5)};
  std::chrono::milliseconds start_time{std::chrono::seconds(30)};
  std::size_t pages_max = 64;
  std::size_t tools_max = 1024;
};

struct ToolList {
  std::vector<ToolDefinition> tools;
  std::vector<std::string> refused; // definitions against the rules, and why
};

// Progress of a call: how far, of how much (when the server says), in which words.
struct Progress {
  double done = 0;
  std::optional<double> total;
  std::string message;
};
using ProgressSink = std::function<void(const Progress&)>;

// Belongs to one thread at a time.
class Client {
public:
  // kUnsupported when there is no revision that both speak; else the errors of the channel.
  static Result<std::unique_ptr<Client>>
  connect(std::unique_ptr<Channel> channel, ClientOptions options, const CancelToken& cancel = {});

  // All pages. kLimitExceeded for endless ones, kCorruptData for a cursor that comes again.
  Result<ToolList> list_tools(const CallBounds& bounds = {});
  // kInvalidArgument when the server refuses the call as such; a tool that failed is an answer.
  // kUnsupported when the server wants more input of the user (which is not offered).
  Result<ToolAnswer> call_tool(const ToolDefinition& tool, boost::json::object arguments,
                               const CallBounds& bounds = {}, const ProgressSink& progress = {});
  // Is it there? Modern servers have no ping; they are asked to discover.
  Status ping(const CallBounds& bounds = {});

  [[nodiscard]] const std::string& revision() const { return revision_; }
  [[nodiscard]] const std::string& server_name() const { return server_name_; }
  // The server said that its list of tools is another one now. Reset by list_tools().
  [[nodiscard]] bool tools_changed() const { return tools_changed_; }

private:
  Client(std::unique_ptr<Channel> channel, ClientOptions options)
      : channel_(std::move(channel)), options_(std::move(options)) {}
  Result<bool> discover(const CancelToken& cancel);
  Status initialize(const CancelToken& cancel);
  [[nodiscard]] bool is_modern() const;
  Outgoing request(std::string method, boost::json::object params);
  Result<boost::json::object> result_of(const Outgoing& request, const CallBounds& bounds,
                                        const ProgressSink& progress = {});
  boost::json::object client_info() const;

  std::unique_ptr<Channel> channel_;
  ClientOptions options_;
  std::string revision_;
  std::string server_name_;
  std::int64_t last_id_ = 0;
  bool tools_changed_ = false;
};

} // namespace outpost::mcp
