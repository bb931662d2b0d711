#include "mcp/frames.h"

#include <algorithm>
#include <utility>

namespace outpost::mcp {
namespace {

tl::unexpected<Error> too_long(std::size_t limit) {
  return fail(ErrorCode::kLimitExceeded,
              "the peer sent a message of more than " + std::to_string(limit) + " bytes");
}

} // namespace

Status LineFrames::feed(std::string_view bytes) {
  pending_.erase(0, std::exchange(taken_, 0));
  pending_ += bytes;
  std::size_t begin = 0;
  while (begin < pending_.size()) {
    const std::size_t end = std::min(pending_.find('\n', begin), pending_.size());
    if (end - begin > bytes_max_) return too_long(bytes_max_);
    begin = end + 1;
  }
  return {};
}

std::optional<std::string> LineFrames::next() {
  while (true) {
    const std::size_t end = pending_.find('\n', taken_);
    if (end == std::string::npos) return std::nullopt;
    std::string line = pending_.substr(taken_, end - taken_);
    taken_ = end + 1;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) return line;
  }
}

// Lines end with CR LF, LF or CR.
Status EventFrames::feed(std::string_view bytes) {
  for (const char c : bytes) {
    const bool second_of_pair = std::exchange(after_cr_, c == '\r') && c == '\n';
    if (second_of_pair) continue;
    if (c != '\n' && c != '\r') {
      if (line_.size() == lines_) return too_long(lines_);
      line_ += c;
      continue;
    }
    OUTPOST_TRY(const bool is_whole, take_line(line_));
    line_.clear();
    if (is_whole) whole_.push_back(std::move(data_));
    if (is_whole) data_.clear();
  }
  return {};
}

Result<bool> EventFrames::take_line(std::string_view line) {
  if (line.empty()) return std::exchange(has_data_, false) && !data_.empty();
  if (!line.starts_with("data:") && line != "data") return false;
  line.remove_prefix(std::min<std::size_t>(line.size(), 5));
  if (line.starts_with(' ')) line.remove_prefix(1);
  if (data_.size() + line.size() + 1 > bytes_max_) return too_long(bytes_max_);
  if (has_data_) data_ += '\n';
  data_ += line;
  has_data_ = true;
  return false;
}

std::optional<std::string> EventFrames::next() {
  if (given_ == whole_.size()) {
    whole_.clear();
    given_ = 0;
    return std::nullopt;
  }
  return std::move(whole_[given_++]);
}

} // namespace outpost::mcp
