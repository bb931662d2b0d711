// Services on the local network, told and found without configuration: DNS-SD over mDNS (RFC 6763,
// RFC 6762), by Avahi's embedded core, so that no daemon is needed.
//
// Anybody on the network can claim anything here: what is found is a hint for people, bounded and
// never trusted.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/cancel.h"
#include "base/clock.h"
#include "base/result.h"

namespace outpost::net {

struct LocalService {
  std::string name; // for people: "Outpost on shop-1"
  std::uint16_t port = 0;
  std::vector<std::string> text; // "key=value"
  std::string host;              // found ones only: "shop-1.local"
  std::string address;           // found ones only
};

inline constexpr const char* kOutpostService = "_outpost._tcp";
inline constexpr std::size_t kLocalServicesMax = 256;

// Tells the network of a service for as long as this lives, from a thread of its own that sleeps
// while nobody asks. A name that is taken gets a number.
class ServiceAnnouncement {
public:
  // `service` without host and address: those are this machine's. kUnavailable: there is no network
  // to tell it to.
  static Result<std::unique_ptr<ServiceAnnouncement>> start(const LocalService& service);
  ~ServiceAnnouncement();
  ServiceAnnouncement(const ServiceAnnouncement&) = delete;
  ServiceAnnouncement& operator=(const ServiceAnnouncement&) = delete;

private:
  class Responder;
  explicit ServiceAnnouncement(std::unique_ptr<Responder> responder);
  std::unique_ptr<Responder> responder_;
};

// Listens for `patience` and returns those that answered, at most kLocalServicesMax, each once.
Result<std::vector<LocalService>> find_local_services(std::chrono::milliseconds patience,
                                                      Clock& clock, const CancelToken& cancel);

} // namespace outpost::net
