// Serves MCP over two file descriptors, as a client that starts programs expects it: one message a
// line. Requests are answered in order by a second thread, so that a cancellation is heard while a
// tool runs.
#pragma once
#include "base/cancel.h"
#include "base/result.h"
#include "mcp/server.h"

namespace outpost::mcp {

// Until the input ends or `cancel` is set; then what is under way is cancelled. A line that is no
// message is answered with an error; one beyond the limits ends the service (kLimitExceeded). kIo
// when the output is gone.
Status serve_stdio(Server& server, int input, int output, const chat::PrincipalId& principal,
                   const CancelToken& cancel, const MessageLimits& limits = {});

} // namespace outpost::mcp
