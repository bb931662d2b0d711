// Serves MCP at /mcp (streamable HTTP): a POST for each message, answered with one JSON object.
// There are no sessions and no streams of the server's own: GET and DELETE are 405. Keys and the
// Origin of a page are looked at by the HTTP server before a request comes here.
#pragma once
#include "http/router.h"
#include "mcp/server.h"

namespace outpost::mcp {

// `server` outlives the router.
void add_routes(http::Router& router, Server& server);

// Status and body of the answer to a POST; apart, so that it can be tested without a socket. An
// empty body is for notifications.
http::Response answer_post(Server& server, const http::Request& request, const CancelToken& cancel);

} // namespace outpost::mcp
