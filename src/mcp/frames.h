// Cuts the two byte streams that MCP travels on into messages, under a limit and without looking
// inside: lines (stdio) and server-sent events (WHATWG HTML, section 9.2).
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace outpost::mcp {

class LineFrames {
public:
  explicit LineFrames(std::size_t bytes_max) : bytes_max_(bytes_max) {}
  // kLimitExceeded when a line grows beyond the limit; nothing can be read after it.
  Status feed(std::string_view bytes);
  // The next whole line that is not empty, without its end.
  std::optional<std::string> next();

private:
  std::size_t bytes_max_;
  std::string pending_;
  std::size_t taken_ = 0; // of `pending_`
};

// The data of events; names, ids and retry times are of no use here.
class EventFrames {
public:
  explicit EventFrames(std::size_t bytes_max) : bytes_max_(bytes_max), lines_(2 * bytes_max) {}
  Status feed(std::string_view bytes);
  // The data of the next whole event that has any.
  std::optional<std::string> next();

private:
  // True: the event that `data_` holds is whole.
  Result<bool> take_line(std::string_view line);

  std::size_t bytes_max_;
  std::size_t lines_; // most bytes of a line
  std::string line_;
  bool after_cr_ = false;
  std::string data_;
  bool has_data_ = false;
  std::vector<std::string> whole_;
  std::size_t given_ = 0; // of `whole_`
};

} // namespace outpost::mcp
