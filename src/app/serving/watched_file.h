// A file that is looked at now and then: has it been replaced or written since?
#pragma once
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

namespace outpost::app {

class WatchedFile {
public:
  // An empty path never changes.
  explicit WatchedFile(std::filesystem::path path) : path_(std::move(path)), seen_(stamp()) {}
  // Since the last call that said so, or the beginning. A file that is away for a moment, as while
  // it is being replaced, has not changed yet.
  bool has_changed() {
    const auto now = stamp();
    if (!now || now == seen_) return false;
    seen_ = now;
    return true;
  }

private:
  using Stamp = std::pair<std::filesystem::file_time_type, std::uintmax_t>;
  [[nodiscard]] std::optional<Stamp> stamp() const {
    if (path_.empty()) return std::nullopt;
    std::error_code error;
    const auto time = std::filesystem::last_write_time(path_, error);
    if (error) return std::nullopt;
    const auto size = std::filesystem::file_size(path_, error);
    if (error) return std::nullopt;
    return Stamp{time, size};
  }

  std::filesystem::path path_;
  std::optional<Stamp> seen_;
};

} // namespace outpost::app
