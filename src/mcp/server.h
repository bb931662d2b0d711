// The other side of MCP: a Toolset offered to any client. Speaks 2026-07-28 (each request stands
// for itself) and 2025-11-25 and before (a handshake first), side by side, decided by each request.
#pragma once
#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agents/tools/toolset.h"
#include "base/cancel.h"
#include "mcp/message.h"

namespace outpost::mcp {

struct ServerInfo {
  std::string name = "outpost";
  std::string version;
  std::string instructions; // for models, about the whole; may be empty
};

// Who asks, over which connection.
struct Peer {
  chat::PrincipalId principal;
  CancelToken cancel;
};

// Thread-safe: calls are made as they come, so a slow one keeps nobody waiting.
class Server {
public:
  static constexpr std::size_t kPageTools = 50;

  // `tools` is thread-safe where handle() is called from several threads; it outlives this.
  Server(agents::Toolset& tools, ServerInfo info);

  // The answer to a request, as a message's text; nothing for a notification. Every failure is an
  // answer.
  std::optional<std::string> handle(const Message& message, const Peer& peer);
  // The answer to bytes that are no message.
  static std::string refuse(const Error& error);

private:
  using Answer = tl::expected<boost::json::object, RpcError>;
  Answer answer(const Message& request, const Peer& peer, bool is_modern);
  [[nodiscard]] Answer list(const Message& request) const;
  Answer call(const Message& request, const Peer& peer);
  [[nodiscard]] boost::json::object initialize(const Message& request) const;
  [[nodiscard]] boost::json::object discover() const;
  [[nodiscard]] boost::json::object server_info() const;

  agents::Toolset& tools_;
  ServerInfo info_;
  std::atomic<std::uint64_t> calls_{0};
};

} // namespace outpost::mcp
