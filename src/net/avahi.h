// Avahi's objects with their owners. Only net/*.cpp may include this.
#pragma once
#include <avahi-common/error.h>
#include <avahi-common/simple-watch.h>
#include <avahi-common/strlst.h>
#include <avahi-core/core.h>
#include <memory>

#include "base/result.h"

namespace outpost::net {

template <auto Free>
struct FreeWith {
  void operator()(auto* object) const { Free(object); }
};
using AvahiLoop = std::unique_ptr<AvahiSimplePoll, FreeWith<avahi_simple_poll_free>>;
using AvahiParticipant = std::unique_ptr<AvahiServer, FreeWith<avahi_server_free>>;
using AvahiTexts = std::unique_ptr<AvahiStringList, FreeWith<avahi_string_list_free>>;

// An mDNS participant that tells of nothing by itself. Its callbacks run inside
// avahi_simple_poll_iterate(). kUnavailable: no network, no permission.
Result<AvahiParticipant> make_avahi_server(AvahiSimplePoll& poll, AvahiServerCallback callback,
                                           void* context);

} // namespace outpost::net
