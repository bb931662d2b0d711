#include <algorithm>
#include <avahi-common/address.h>
#include <avahi-core/lookup.h>

#include "net/avahi.h"
#include "net/local_services.h"

namespace outpost::net {
namespace {

constexpr int kTickMs = 50; // a token can be set but does not notify

// What has been found so far. Services are resolved as they appear.
class Search {
public:
  static void on_service(AvahiSServiceBrowser*, AvahiIfIndex interface, AvahiProtocol protocol,
                         AvahiBrowserEvent event, const char* name, const char* type,
                         const char* domain, AvahiLookupResultFlags, void* context) {
    auto* self = static_cast<Search*>(context);
    if (event != AVAHI_BROWSER_NEW || self->asked_ >= kLocalServicesMax) return;
    ++self->asked_;
    // Freed with the server when it never answers.
    avahi_s_service_resolver_new(self->server_, interface, protocol, name, type, domain,
                                 AVAHI_PROTO_UNSPEC, AvahiLookupFlags{}, on_answer, context);
  }

  Result<std::vector<LocalService>> run(std::chrono::milliseconds patience, Clock& clock,
                                        const CancelToken& cancel) {
    const AvahiLoop loop(avahi_simple_poll_new());
    if (!loop) return fail(ErrorCode::kResourceExhausted, "no memory for the event loop");
    OUTPOST_TRY(const AvahiParticipant server, make_avahi_server(*loop, on_state, nullptr));
    server_ = server.get();
    if (avahi_s_service_browser_new(server_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, kOutpostService,
                                    nullptr, AvahiLookupFlags{}, on_service, this) == nullptr) {
      return fail(ErrorCode::kUnavailable, std::string("the local network cannot be asked: ") +
                                               avahi_strerror(avahi_server_errno(server_)));
    }
    const auto end = clock.monotonic() + patience;
    while (clock.monotonic() < end && !cancel.cancelled()) {
      if (avahi_simple_poll_iterate(loop.get(), kTickMs) != 0) break;
    }
    return std::move(found_);
  }

private:
  static void on_state(AvahiServer*, AvahiServerState, void*) {}

  static void on_answer(AvahiSServiceResolver* resolver, AvahiIfIndex, AvahiProtocol,
                        AvahiResolverEvent event, const char* name, const char*, const char*,
                        const char* host, const AvahiAddress* address, std::uint16_t port,
                        AvahiStringList* texts, AvahiLookupResultFlags, void* context) {
    if (event == AVAHI_RESOLVER_FOUND) {
      LocalService service{name, port, {}, host, ""};
      char text[AVAHI_ADDRESS_STR_MAX];
      service.address = avahi_address_snprint(text, sizeof text, address);
      for (; texts != nullptr; texts = avahi_string_list_get_next(texts)) {
        service.text.emplace_back(reinterpret_cast<const char*>(avahi_string_list_get_text(texts)),
                                  avahi_string_list_get_size(texts));
      }
      static_cast<Search*>(context)->add(std::move(service));
    }
    avahi_s_service_resolver_free(resolver);
  }

  // Each interface and address family answers for itself: the first is kept.
  void add(LocalService service) {
    const auto is_same = [&](const LocalService& other) {
      return other.name == service.name && other.host == service.host && other.port == service.port;
    };
    if (std::ranges::none_of(found_, is_same)) found_.push_back(std::move(service));
  }

  AvahiServer* server_ = nullptr;
  std::size_t asked_ = 0;
  std::vector<LocalService> found_;
};

} // namespace

Result<std::vector<LocalService>> find_local_services(std::chrono::milliseconds patience,
                                                      Clock& clock, const CancelToken& cancel) {
  return Search().run(patience, clock, cancel);
}

} // namespace outpost::net
