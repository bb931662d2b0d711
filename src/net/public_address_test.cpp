#include <gtest/gtest.h>

#include "net/public_address.h"

namespace outpost::net {
namespace {

TEST(PublicAddress, KnowsWhatIsNotTheInternet) {
  for (const char* host : {"127.0.0.1",
                           "127.9.9.9",
                           "10.0.0.1",
                           "172.16.0.1",
                           "172.31.255.255",
                           "192.168.1.1",
                           "169.254.169.254",
                           "100.64.0.1",
                           "0.0.0.0",
                           "224.0.0.1",
                           "255.255.255.255",
                           "::1",
                           "::",
                           "[::1]",
                           "fe80::1",
                           "fc00::1",
                           "fd12::1",
                           "ff02::1",
                           "::ffff:127.0.0.1",
                           "::ffff:10.0.0.1",
                           "64:ff9b::7f00:1",
                           "2002:7f00:1::",
                           "::7f00:1",
                           "localhost",
                           "printer.local"}) {
    EXPECT_FALSE(is_public_host(host)) << host;
  }
  for (const char* host : {"1.1.1.1", "172.32.0.1", "100.128.0.1", "8.8.8.8", "2606:4700::1111",
                           "[2a00:1450::1]", "::ffff:8.8.8.8", "example.org"}) {
    EXPECT_TRUE(is_public_host(host)) << host;
  }
}

} // namespace
} // namespace outpost::net
