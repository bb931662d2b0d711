// What `--json` prints is written with base/json_text.h.
#pragma once
#include "base/json_text.h"

namespace outpost::cli {
using outpost::json_number;
using outpost::json_string;
using outpost::JsonObject;
} // namespace outpost::cli
