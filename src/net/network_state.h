// What the machine says about its own connection, without sending anything.
#pragma once

namespace outpost::net {

// Whether any network interface but loopback is up and has an address. False means: certainly
// offline.
bool has_network_interface();

} // namespace outpost::net
