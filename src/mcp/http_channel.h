// An MCP server at an address (streamable HTTP): every message is a POST, its answer one JSON
// object or a stream of events that ends with the answer. A stream that breaks loses its request;
// none is resumed.
#pragma once
#include <memory>
#include <string>

#include "base/clock.h"
#include "mcp/channel.h"
#include "net/http_client.h"

namespace outpost::mcp {

struct HttpEndpoint {
  net::Url url;
  net::HeaderList headers; // sent with every message: credentials
  net::HttpOptions http;
};

class HttpChannel final : public Channel {
public:
  // `clock` outlives the channel. Nothing is sent yet.
  HttpChannel(HttpEndpoint endpoint, Clock& clock, const MessageLimits& limits = {});
  // Tells the server that the session is over, if it made one.
  ~HttpChannel() override;

  Result<Message> exchange(const Outgoing& request, const CallBounds& bounds,
                           const NotificationSink& notifications) override;
  Status notify(const Outgoing& notification) override;
  [[nodiscard]] bool repeats_values() const override { return true; }

private:
  [[nodiscard]] net::HttpRequest post(const Outgoing& out, const CallBounds& bounds) const;
  Status refuse(const Message& request);

  HttpEndpoint endpoint_;
  Clock& clock_;
  MessageLimits limits_;
  net::HttpClient client_;
  net::HttpClient replies_; // a stream may hold `client_` meanwhile
  std::string session_;     // of revisions up to 2025-11-25
  std::string revision_;    // last spoken
};

} // namespace outpost::mcp
