// What `--json` prints is written with base/json_text.h.
#pragma once
#include <string>

#include "base/json_text.h"

namespace outpost::cli {
using outpost::json_number;
using outpost::json_string;
using outpost::JsonObject;

// A JSON array for people to read: each of its values, which are JSON already, on a line.
class JsonLines {
public:
  void add(const std::string& value) { body_ += (body_.empty() ? "" : ",\n ") + value; }
  [[nodiscard]] std::string text() const { return "[" + body_ + "]"; }

private:
  std::string body_;
};
} // namespace outpost::cli
