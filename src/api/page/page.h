// The first page, at "/": chat with a served model in a browser. Static and open; what it asks for
// needs the key that a person types into it.
#pragma once
#include "http/router.h"

namespace outpost::api {

void add_page_routes(http::Router& router);

} // namespace outpost::api
