// Which addresses are the public network's, for requests that must not reach this machine or the
// network behind it, whatever a name resolves to.
#pragma once
#include <string_view>

struct sockaddr;

namespace outpost::net {

// False for loopback, private, link-local, shared, documentation-like, multicast and unspecified
// addresses, and for IPv6 forms that hold one of these (RFC 6890).
bool is_public_address(const sockaddr& address);
// The same of an address in text; false when `text` is a name such as "localhost".
bool is_public_host(std::string_view text);

} // namespace outpost::net
