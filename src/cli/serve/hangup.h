// SIGHUP, which asks a server to read its configuration again.
#pragma once

namespace outpost::cli {

// From now on the signal is only remembered.
void catch_hangup();
// Whether there was one since the last call.
bool take_hangup();

} // namespace outpost::cli
