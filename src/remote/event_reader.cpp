#include "remote/event_reader.h"

namespace outpost::remote {

Status EventReader::read(std::string_view bytes) {
  for (const char c : bytes) {
    const bool second_half = after_cr_ && c == '\n';
    after_cr_ = c == '\r';
    if (second_half) continue;
    if (c == '\n' || c == '\r') {
      OUTPOST_CHECK(end_line());
      continue;
    }
    if (line_.size() + data_.size() >= event_bytes_max_) {
      return fail(ErrorCode::kLimitExceeded, "an event of the answer is longer than " +
                                                 std::to_string(event_bytes_max_) + " bytes");
    }
    line_.push_back(c);
  }
  return {};
}

// An empty line ends the event; only its data is of interest.
Status EventReader::end_line() {
  if (line_.empty()) {
    if (!has_data_) return {};
    const std::string data = std::exchange(data_, {});
    has_data_ = false;
    return sink_(data);
  }
  std::string_view line = line_;
  if (line.starts_with("data:")) {
    line.remove_prefix(5);
    if (line.starts_with(' ')) line.remove_prefix(1);
    if (has_data_) data_ += '\n';
    data_ += line;
    has_data_ = true;
  }
  line_.clear();
  return {};
}

} // namespace outpost::remote
