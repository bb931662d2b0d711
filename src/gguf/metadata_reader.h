// The key-value part of a GGUF file.
#pragma once
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "gguf/cursor.h"
#include "gguf/value.h"

namespace outpost::gguf {

// Reads `count` entries. Arrays and strings are views over the cursor's bytes. Duplicate keys are
// not looked for here.
Result<std::vector<Entry>> read_metadata(Cursor& cursor, std::uint64_t count, const Limits& limits,
                                         Budget& budget);

// A key or tensor name: not empty, within the limit, without control characters. Charges `budget`.
Result<std::string> read_name(Cursor& cursor, const Limits& limits, Budget& budget,
                              std::string_view what);

} // namespace outpost::gguf
