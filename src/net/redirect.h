// What may happen to a request whose answer is "look elsewhere". Pure, so that every rule has a
// test.
#pragma once
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/url.h"

namespace outpost::net {

using HeaderList = std::vector<std::pair<std::string, std::string>>;

// 301, 302, 303, 307 and 308; the other codes of the class are answers of their own.
bool is_redirect(int status);

// Where to go next, or why not: never from https to http, never to another scheme.
Result<Url> redirect_target(const Url& from, std::string_view location);

// The caller's header fields that may go along. Within one origin all of them; to another origin
// only those known to carry no secret. A list of what may go is safe where a list of what may not
// would miss somebody's X-Api-Key.
HeaderList headers_for_redirect(const HeaderList& headers, const Url& from, const Url& to);

} // namespace outpost::net
