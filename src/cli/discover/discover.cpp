#include "cli/discover/discover.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/clock.h"
#include "cli/json.h"
#include "net/local_services.h"

namespace outpost::cli {
namespace {

struct Options {
  std::uint32_t seconds = 2;
  bool json = false;
};

std::string url_of(const net::LocalService& service) {
  const bool has_tls = std::ranges::find(service.text, "tls=1") != service.text.end();
  return fmt::format("{}://{}:{}", has_tls ? "https" : "http", service.host, service.port);
}

std::string service_json(const net::LocalService& service) {
  JsonObject object;
  object.add("name", service.name);
  object.add("url", url_of(service));
  object.add("address", service.address);
  return object.text();
}

Status run(const Invocation& invocation, const Options& options) {
  SystemClock clock;
  OUTPOST_TRY(const auto services, net::find_local_services(std::chrono::seconds(options.seconds),
                                                            clock, invocation.cancel.token()));
  const Streams& streams = invocation.streams;
  JsonLines array;
  for (const net::LocalService& service : services) {
    if (options.json) {
      array.add(service_json(service));
    } else {
      streams.out << fmt::format("{:<32} {:<40} {}\n", printable(service.name),
                                 printable(url_of(service)), service.address);
    }
  }
  if (options.json) streams.out << array.text() << "\n";
  if (!options.json && services.empty()) {
    streams.err << "no server told of itself; one does with listen.announce in its outpost.yaml\n";
  }
  return {};
}

} // namespace

void add_discover(CLI::App& parent, Invocation& invocation) {
  auto options = std::make_shared<Options>();
  CLI::App& command = add_command(parent, "discover", "Find servers on the local network",
                                  "outpost discover\noutpost discover --seconds 5 --json");
  command.add_option("--seconds", options->seconds, "how long to listen for answers")
      ->check(CLI::Range(1u, 60u))
      ->capture_default_str();
  command.add_flag("--json", options->json, "print JSON");
  command.callback([options, &invocation] {
    invocation.action = [options, &invocation] { return run(invocation, *options); };
  });
}

} // namespace outpost::cli
