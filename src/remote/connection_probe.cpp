#include "remote/connection_probe.h"

#include <algorithm>

#include "net/http_client.h"

namespace outpost::remote {
namespace {

// Of the list of models only that it comes is of interest.
class NoSink final : public net::BodySink {
public:
  Status begin(const net::HttpResponse& /*response*/) override { return {}; }
  Status write(std::span<const std::byte> /*bytes*/) override { return {}; }
};

} // namespace

ConnectionProbe::ConnectionProbe(Ask ask, Clock& clock, std::uint64_t seed, ProbeTimes times)
    : ask_(std::move(ask)), clock_(clock), times_(times), random_(seed) {}

bool ConnectionProbe::is_online() {
  const std::lock_guard lock(mutex_);
  if (!last_ || clock_.monotonic() >= until_) learn_locked(ask_());
  return *last_;
}

void ConnectionProbe::learn(bool online) {
  const std::lock_guard lock(mutex_);
  learn_locked(online);
}

void ConnectionProbe::learn_locked(bool online) {
  constexpr unsigned kDoublingsMax = 16;
  failures_ = online ? 0 : std::min(failures_ + 1, kDoublingsMax);
  const auto holds = online
                         ? times_.online
                         : std::min(times_.offline * (1 << (failures_ - 1)), times_.offline_most);
  const double stretch = 1 + times_.jitter * (2 * random_.next_double() - 1);
  until_ =
      clock_.monotonic() +
      std::chrono::duration_cast<std::chrono::nanoseconds>(
          std::chrono::duration<double, std::milli>(static_cast<double>(holds.count())) * stretch);
  last_ = online;
}

ConnectionProbe::Ask ask_endpoint(Endpoint endpoint, Clock& clock,
                                  std::chrono::milliseconds patience) {
  return ask_address(std::move(endpoint), "/models", clock, patience);
}

ConnectionProbe::Ask ask_address(Endpoint endpoint, std::string path, Clock& clock,
                                 std::chrono::milliseconds patience) {
  return [endpoint = std::move(endpoint), path = std::move(path), &clock, patience] {
    const auto url = address_of(endpoint, path);
    if (!url) return false;
    net::HttpRequest request{.url = *url};
    if (!endpoint.key.empty()) request.headers = {{"Authorization", "Bearer " + endpoint.key}};
    request.redirects = net::RedirectPolicy::kSameOrigin;
    request.limits.connect_timeout = patience;
    request.limits.idle_timeout = patience;
    net::HttpOptions options;
    options.ca_file = endpoint.ca_file;
    net::HttpClient client(clock, options);
    NoSink sink;
    const auto response = client.fetch(request, sink);
    // A list that is longer than we care to read came from somebody, too.
    return response.has_value() || response.error().code == ErrorCode::kLimitExceeded;
  };
}

} // namespace outpost::remote
