#include <atomic>
#include <avahi-common/alternative.h>
#include <avahi-common/malloc.h>
#include <avahi-core/publish.h>
#include <optional>

#include "net/avahi.h"
#include "net/local_services.h"
#include "platform/thread_group.h"

namespace outpost::net {

class ServiceAnnouncement::Responder {
public:
  explicit Responder(LocalService service) : service_(std::move(service)) {}
  ~Responder() {
    is_stopping_ = true;
    if (loop_) avahi_simple_poll_wakeup(loop_.get());
    thread_.reset(); // joined before what it uses is freed
    server_.reset();
  }

  Status start() {
    loop_.reset(avahi_simple_poll_new());
    if (!loop_) return fail(ErrorCode::kResourceExhausted, "no memory for the event loop");
    OUTPOST_TRY(server_, make_avahi_server(*loop_, on_state, this));
    thread_.emplace(1, [this](std::size_t) { run(); });
    return {};
  }

private:
  void run() {
    while (!is_stopping_ && avahi_simple_poll_iterate(loop_.get(), -1) == 0) {
    }
  }

  static void on_state(AvahiServer* server, AvahiServerState state, void* context) {
    auto* self = static_cast<Responder*>(context);
    if (state == AVAHI_SERVER_RUNNING) {
      self->publish(server);
    } else if (state == AVAHI_SERVER_COLLISION) {
      char* other = avahi_alternative_host_name(avahi_server_get_host_name(server));
      avahi_server_set_host_name(server, other);
      avahi_free(other);
    } else if (self->group_ != nullptr) {
      avahi_s_entry_group_reset(self->group_); // until its host name is certain again
    }
  }

  static void on_group(AvahiServer* server, AvahiSEntryGroup*, AvahiEntryGroupState state,
                       void* context) {
    if (state != AVAHI_ENTRY_GROUP_COLLISION) return;
    auto* self = static_cast<Responder*>(context);
    char* other = avahi_alternative_service_name(self->service_.name.c_str());
    self->service_.name = other;
    avahi_free(other);
    self->publish(server);
  }

  // A failure leaves the service untold: nothing else depends on it.
  void publish(AvahiServer* server) {
    if (group_ == nullptr) group_ = avahi_s_entry_group_new(server, on_group, this);
    if (group_ == nullptr) return;
    avahi_s_entry_group_reset(group_);
    AvahiStringList* texts = nullptr;
    for (const std::string& text : service_.text) {
      texts = avahi_string_list_add(texts, text.c_str());
    }
    const AvahiTexts owner(texts);
    const int done = avahi_server_add_service_strlst(
        server, group_, AVAHI_IF_UNSPEC, AVAHI_PROTO_UNSPEC, AvahiPublishFlags{},
        service_.name.c_str(), kOutpostService, nullptr, nullptr, service_.port, texts);
    if (done == AVAHI_OK) avahi_s_entry_group_commit(group_);
  }

  LocalService service_;
  std::atomic<bool> is_stopping_{false};
  AvahiLoop loop_;
  AvahiParticipant server_;
  AvahiSEntryGroup* group_ = nullptr; // the server's
  std::optional<platform::ThreadGroup> thread_;
};

ServiceAnnouncement::ServiceAnnouncement(std::unique_ptr<Responder> responder)
    : responder_(std::move(responder)) {}
ServiceAnnouncement::~ServiceAnnouncement() = default;

Result<std::unique_ptr<ServiceAnnouncement>>
ServiceAnnouncement::start(const LocalService& service) {
  auto responder = std::make_unique<Responder>(service);
  OUTPOST_CHECK(responder->start());
  return std::unique_ptr<ServiceAnnouncement>(new ServiceAnnouncement(std::move(responder)));
}

} // namespace outpost::net
