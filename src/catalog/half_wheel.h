// What a pip that was killed leaves: the beginning of a wheel, and in its log the address it came
// from. pip cannot go on with it, but whoever has both can, with a range request; so a kill in the
// middle of a large wheel does not cost all of it.
//
// This is an attempt that may fail: the address came from pip's own settings, yet pip's credentials
// and certificates are not ours to use. Then pip loads the whole wheel again.
#pragma once
#include <filesystem>
#include <functional>
#include <optional>
#include <string_view>

#include "catalog/source.h"

namespace outpost::catalog {

class HalfWheel {
public:
  // `file` is where it is kept; its address is kept beside it.
  explicit HalfWheel(std::filesystem::path file);

  // Takes over what a killed pip left in its folder (pip_download's), unless what is kept is
  // longer. Does nothing when there is nothing, or its address is unknown.
  void adopt(const std::filesystem::path& pip_folder) const;
  [[nodiscard]] bool exists() const;
  // Loads the rest and moves the whole to `target`. On an error that says the rest cannot be had or
  // does not fit, it is gone; on a network error or a cancel it stays.
  Status finish(FetchContext& context, const std::filesystem::path& target,
                const std::function<void(std::uint64_t)>& on_progress) const;
  void remove() const;

private:
  std::filesystem::path file_;
  std::filesystem::path address_file_;
};

// The address from which pip's log says it took the file of that name, with "#sha256=..." if the
// index stated it.
std::optional<std::string_view> find_wheel_address(std::string_view log, std::string_view name);

} // namespace outpost::catalog
