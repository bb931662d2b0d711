// Words for what goes wrong on a network. Internal to net/.
#pragma once
#include <string>

#include <curl/curl.h>

#include "base/error.h"
#include "net/url.h"

namespace outpost::net {

// `code` as a transfer ended with it, the operating system's errno if one was involved, and
// libcurl's own words (may be empty).
Error transfer_error(const Url& url, CURLcode code, int os_error, const std::string& detail);

} // namespace outpost::net
