// Which names are installed and what each of them is: HOME/installed.json, replaced as a whole by
// one writer at a time (a lock file beside it). A name appears here only after its blob is verified
// and in its place.
#pragma once
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "catalog/digest.h"

namespace outpost::catalog {

struct InstalledModel {
  std::string name; // an alias, or Source::name() of what was pulled
  Digest digest;
  std::uint64_t bytes = 0;
  std::string source; // where it came from
  std::string license;
  std::int64_t installed_at_ms = 0; // since 1970-01-01 UTC
  bool digest_was_known =
      false; // pinned by an alias or stated by the source; else trusted on first use
};

class InstalledList {
public:
  explicit InstalledList(const std::filesystem::path& home);

  [[nodiscard]] Result<std::vector<InstalledModel>> read() const;
  [[nodiscard]] Result<std::optional<InstalledModel>> find(std::string_view name) const;
  // What had the name until now, and whether another name still refers to its digest.
  struct Former {
    InstalledModel model;
    bool digest_still_used = false;
  };
  // Replaces what has the same name.
  [[nodiscard]] Result<std::optional<Former>> put(const InstalledModel& model) const;
  [[nodiscard]] Result<std::optional<Former>> remove(std::string_view name) const;

private:
  Result<std::optional<Former>> replace(std::string_view name,
                                        const InstalledModel* successor) const;
  Status write(const std::vector<InstalledModel>& models) const;

  std::filesystem::path file_;
  std::filesystem::path lock_;
};

} // namespace outpost::catalog
