#include "net/net_error.h"

#include <cerrno>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <sys/socket.h>

#include "net/network_state.h"

namespace outpost::net {

bool has_network_interface() {
  ifaddrs* list = nullptr;
  if (::getifaddrs(&list) != 0) return true; // not known: don't claim to be offline
  const std::unique_ptr<ifaddrs, decltype(&::freeifaddrs)> owner(list, &::freeifaddrs);
  for (const ifaddrs* item = list; item != nullptr; item = item->ifa_next) {
    if (item->ifa_addr == nullptr) continue;
    const int family = item->ifa_addr->sa_family;
    const bool up = (item->ifa_flags & IFF_UP) != 0 && (item->ifa_flags & IFF_RUNNING) != 0;
    const bool loopback = (item->ifa_flags & IFF_LOOPBACK) != 0;
    if (up && !loopback && (family == AF_INET || family == AF_INET6)) return true;
  }
  return false;
}

static Error unreachable(const Url& url, CURLcode code, int os_error, const std::string& words) {
  const std::string host = url.host() + ":" + std::to_string(url.port());
  constexpr const char* kTryLater = "check the connection and run the same command again";
  if (code == CURLE_COULDNT_RESOLVE_HOST) {
    return {ErrorCode::kUnavailable, "cannot find the host '" + url.host() + "'",
            "either the name is wrong or this machine has no working name service now"};
  }
  if (os_error == ECONNREFUSED) {
    return {ErrorCode::kUnavailable, host + " refused the connection",
            "nothing listens there, or a firewall is in between"};
  }
  if (os_error == ENETUNREACH || os_error == EHOSTUNREACH) {
    return {ErrorCode::kUnavailable, "no route to " + host + ": offline, or blocked", kTryLater};
  }
  return {ErrorCode::kUnavailable, "cannot connect to " + host + ": " + words, kTryLater};
}

Error transfer_error(const Url& url, CURLcode code, int os_error, const std::string& detail) {
  const std::string words = detail.empty() ? curl_easy_strerror(code) : detail;
  switch (code) {
  case CURLE_COULDNT_RESOLVE_HOST:
  case CURLE_COULDNT_CONNECT:
    if (!has_network_interface()) {
      return {ErrorCode::kUnavailable,
              "this machine is offline: no network interface is up, so " + url.host() +
                  " cannot be reached",
              "connect it, or take the file from a disk with file:///path"};
    }
    return unreachable(url, code, os_error, words);
  case CURLE_COULDNT_RESOLVE_PROXY:
    return {ErrorCode::kUnavailable, "cannot find the proxy: " + words,
            "check http_proxy, https_proxy and no_proxy"};
  case CURLE_OPERATION_TIMEDOUT:
    return {ErrorCode::kTimeout, "no connection to " + url.host() + " in time: " + words,
            "check the connection and run the same command again"};
  case CURLE_SSL_CONNECT_ERROR:
  case CURLE_PEER_FAILED_VERIFICATION:
  case CURLE_SSL_CACERT_BADFILE:
  case CURLE_SSL_CERTPROBLEM:
  case CURLE_SSL_CIPHER:
  case CURLE_SSL_ISSUER_ERROR:
    return {ErrorCode::kUnavailable, "no secure connection to " + url.host() + ": " + words,
            "a wrong clock, a proxy that opens TLS, or a missing certificate authority (package "
            "ca-certificates) are the usual reasons"};
  case CURLE_PARTIAL_FILE:
  case CURLE_RECV_ERROR:
  case CURLE_SEND_ERROR:
  case CURLE_GOT_NOTHING:
  case CURLE_HTTP2:
  case CURLE_HTTP2_STREAM:
    return {ErrorCode::kUnavailable, "the connection to " + url.host() + " was cut: " + words,
            "run the same command again; it goes on where it stopped"};
  case CURLE_OUT_OF_MEMORY:
    return {ErrorCode::kResourceExhausted, "no memory for the request to " + url.shown(), ""};
  default:
    return {ErrorCode::kCorruptData, url.shown() + " did not answer as HTTP asks: " + words, ""};
  }
}

} // namespace outpost::net
