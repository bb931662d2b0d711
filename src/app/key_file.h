// The API keys of this machine's server, changed from outside it. A server that runs takes the
// change up within a second or two.
#pragma once
#include <functional>

#include "app/environment.h"
#include "base/result.h"
#include "security/key_ring.h"

namespace outpost::app {

std::filesystem::path key_file(const Environment& environment);

// Reads the file, lets `change` work on it and saves it, alone among processes. Nothing is saved
// when `change` fails.
Status change_keys(const Environment& environment,
                   const std::function<Status(security::KeyRing&)>& change);

} // namespace outpost::app
