#include <condition_variable>
#include <mutex>

#include <fmt/format.h>

#include "app/key_file.h"
#include "app/serving/access.h"
#include "base/clock.h"
#include "cli/mcp/mcp.h"
#include "http/server.h"
#include "mcp/http_endpoint.h"

namespace outpost::cli {
namespace {

constexpr std::chrono::milliseconds kTick{100}; // how soon a Ctrl-C is seen
constexpr std::chrono::milliseconds kDrainTime{std::chrono::seconds(10)};

// A signal can set a token but not notify anybody.
void wait_for(const CancelToken& cancel) {
  std::mutex mutex;
  std::condition_variable never;
  std::unique_lock lock(mutex);
  while (!cancel.cancelled()) never.wait_for(lock, kTick);
}

} // namespace

Status serve_mcp_over_http(const Invocation& invocation, mcp::Server& server, std::uint16_t port) {
  SystemClock clock;
  app::Access::Settings settings;
  settings.key_file = app::key_file(invocation.environment);
  settings.only_key = invocation.environment.api_key;
  OUTPOST_TRY(const auto access, app::Access::open(std::move(settings), clock));
  http::ServerSettings serving;
  serving.port = port;
  serving.authenticate = [&access](std::string_view key) { return access->caller(key); };
  http::Router router;
  mcp::add_routes(router, server);
  OUTPOST_TRY(const auto http, http::Server::open(std::move(serving), std::move(router), clock));
  std::ostream& out = invocation.streams.out;
  out << fmt::format("http://127.0.0.1:{}/mcp\n", http->port());
  if (access->first_key()) out << "key: " << *access->first_key() << "\n";
  out << std::flush;
  wait_for(invocation.cancel.token());
  http->drain(kDrainTime);
  return {};
}

} // namespace outpost::cli
