// Server-sent events (WHATWG HTML, 9.2) from bytes as they come: the data of each event, one after
// the other. Bounded; line ends may be CR LF, LF or CR, and may fall between two pieces.
#pragma once
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::remote {

class EventReader {
public:
  using Sink = std::function<Status(std::string_view data)>;

  // One event's data may take `event_bytes_max`.
  EventReader(std::size_t event_bytes_max, Sink sink)
      : event_bytes_max_(event_bytes_max), sink_(std::move(sink)) {}

  // kLimitExceeded for an event that is too long; errors of the sink.
  Status read(std::string_view bytes);

private:
  Status end_line();

  std::size_t event_bytes_max_;
  Sink sink_;
  std::string line_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
};

} // namespace outpost::remote
