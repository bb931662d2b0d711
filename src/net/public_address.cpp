#include "net/public_address.h"

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <cstdint>
#include <cstring>
#include <netinet/in.h>
#include <string>

namespace outpost::net {
namespace {

struct Range {
  std::uint32_t first;
  int bits;
};

constexpr std::uint32_t ip(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
  return a << 24U | b << 16U | c << 8U | d;
}

// RFC 6890, table of special-purpose IPv4 addresses; the last one takes multicast and reserved.
constexpr auto kSpecial = std::to_array<Range>({{ip(0, 0, 0, 0), 8},
                                                {ip(10, 0, 0, 0), 8},
                                                {ip(100, 64, 0, 0), 10},
                                                {ip(127, 0, 0, 0), 8},
                                                {ip(169, 254, 0, 0), 16},
                                                {ip(172, 16, 0, 0), 12},
                                                {ip(192, 0, 0, 0), 24},
                                                {ip(192, 0, 2, 0), 24},
                                                {ip(192, 168, 0, 0), 16},
                                                {ip(198, 18, 0, 0), 15},
                                                {ip(198, 51, 100, 0), 24},
                                                {ip(203, 0, 113, 0), 24},
                                                {ip(224, 0, 0, 0), 3}});

bool is_public_v4(std::uint32_t address) {
  return std::none_of(kSpecial.begin(), kSpecial.end(), [&](const Range& range) {
    return (address ^ range.first) >> (32 - range.bits) == 0;
  });
}

bool is_public_v6(const std::array<std::uint8_t, 16>& bytes) {
  const auto v4_at = [&](std::size_t at) {
    return ip(bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]);
  };
  const bool begins_with_zeros =
      std::all_of(bytes.begin(), bytes.begin() + 10, [](std::uint8_t b) { return b == 0; });
  if (begins_with_zeros && bytes[10] == 0xFF && bytes[11] == 0xFF) return is_public_v4(v4_at(12));
  if (begins_with_zeros) return false; // ::, ::1, IPv4-compatible
  if (bytes[0] == 0x00 && bytes[1] == 0x64 && bytes[2] == 0xFF && bytes[3] == 0x9B) {
    return is_public_v4(v4_at(12)); // NAT64
  }
  if (bytes[0] == 0x20 && bytes[1] == 0x02) return is_public_v4(v4_at(2)); // 6to4
  return (bytes[0] & 0xE0U) == 0x20; // 2000::/3 is all that is given out
}

} // namespace

bool is_public_address(const sockaddr& address) {
  if (address.sa_family == AF_INET) {
    sockaddr_in v4{};
    std::memcpy(&v4, &address, sizeof v4);
    return is_public_v4(ntohl(v4.sin_addr.s_addr));
  }
  if (address.sa_family != AF_INET6) return false;
  sockaddr_in6 v6{};
  std::memcpy(&v6, &address, sizeof v6);
  std::array<std::uint8_t, 16> bytes{};
  std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
  return is_public_v6(bytes);
}

bool is_public_host(std::string_view text) {
  std::string host(text);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
    host = host.substr(1, host.size() - 2);
  }
  std::array<std::uint8_t, 16> bytes{};
  if (::inet_pton(AF_INET6, host.c_str(), bytes.data()) == 1) return is_public_v6(bytes);
  std::uint32_t v4 = 0;
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return is_public_v4(ntohl(v4));
  return host != "localhost" && !host.ends_with(".localhost") && !host.ends_with(".local") &&
         !host.ends_with(".internal");
}

} // namespace outpost::net
