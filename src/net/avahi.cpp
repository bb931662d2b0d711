#include "net/avahi.h"

#include <avahi-core/log.h>

namespace outpost::net {

Result<AvahiParticipant> make_avahi_server(AvahiSimplePoll& poll, AvahiServerCallback callback,
                                           void* context) {
  // Without this it writes to standard error.
  avahi_set_log_function([](AvahiLogLevel, const char*) {});
  AvahiServerConfig config;
  avahi_server_config_init(&config);
  config.publish_hinfo = 0; // nobody needs to know the processor
  config.publish_workstation = 0;
  config.publish_domain = 0;
  config.enable_wide_area = 0; // this network only
  int error = 0;
  AvahiParticipant server(
      avahi_server_new(avahi_simple_poll_get(&poll), &config, callback, context, &error));
  avahi_server_config_free(&config);
  if (server) return server;
  return fail(ErrorCode::kUnavailable,
              std::string("the local network cannot be asked: ") + avahi_strerror(error));
}

} // namespace outpost::net
