// The models of this machine: pull, list, show, remove, and from a name to a file. Everything lives
// below one folder:
//
//   installed.json   names and what they are        blobs/sha256-<digest>   verified files,
//   read-only aliases.json     aliases of the user's own      partial/                pulls under
//   way or cut
//
// Any number of processes may use one folder at once. A Catalog object belongs to one thread.
#pragma once
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/alias.h"
#include "catalog/blob_store.h"
#include "catalog/installed_list.h"
#include "catalog/progress.h"
#include "catalog/pull.h"
#include "catalog/source.h"

namespace outpost::catalog {

struct ModelEntry {
  std::string name;
  std::string title;
  std::string license;
  Digest digest;
  std::optional<std::uint64_t> bytes;
  std::vector<std::string> sources; // the first is where it came from, if it is installed
  std::optional<InstalledModel> installed;
  std::filesystem::path path;      // of the file, if it is installed
  std::uint64_t partial_bytes = 0; // of a pull that was cut or is running
};

struct RemoveOutcome {
  std::string name;
  std::uint64_t freed_bytes = 0;
  bool still_used = false; // the file stays: another name refers to it
};

class Catalog {
public:
  // `home` is the folder; `http` and `clock` must outlive the catalogue.
  Catalog(std::filesystem::path home, Endpoints endpoints, net::HttpClient& http, Clock& clock,
          PullLimits limits = {});

  // `what` is an alias, a source, or name:tag of a registry. Blocks; progress comes on this thread.
  // Going on after a cut, a crash or a cancel is calling it again. Errors: kNotFound (no such
  // alias, no such file there), kUnavailable (offline, ...), kResourceExhausted (disk),
  // kCorruptData (wrong digest; both are named), kCancelled, ...
  Result<PullOutcome> pull(std::string_view what, ProgressCallback on_progress = {},
                           const CancelToken& cancel = {});

  // Installed models, then aliases that are not installed, each sorted by name.
  [[nodiscard]] Result<std::vector<ModelEntry>> list() const;
  [[nodiscard]] Result<ModelEntry> show(std::string_view name) const;
  // Forgets the name, and deletes the file (also a partial one) unless another name refers to it.
  Result<RemoveOutcome> remove(std::string_view name);
  // Another name for an installed model's file. kNotFound; kInvalidArgument: the name is empty,
  // longer than 255 bytes or has spaces; kConflict: it means another file already.
  Status copy(std::string_view from, std::string_view to);
  // Deletes what cut pulls left and nobody is working on; returns the bytes freed.
  Result<std::uint64_t> discard_partial();
  // The file that a MODEL argument means: an installed name, or a path. Never fetches.
  [[nodiscard]] Result<std::filesystem::path> resolve(std::string_view model) const;

private:
  Result<PullRequest> request_for(std::string_view what) const;
  [[nodiscard]] Result<std::optional<Alias>> find_alias(std::string_view name) const;
  Result<std::uint64_t> discard_partial_of(const ModelEntry& entry);
  [[nodiscard]] ModelEntry entry_of(const Alias& alias) const;
  [[nodiscard]] ModelEntry entry_of(const InstalledModel& model,
                                    const std::optional<Alias>& alias) const;

  std::filesystem::path home_;
  Endpoints endpoints_;
  net::HttpClient& http_;
  Clock& clock_;
  PullLimits limits_;
  BlobStore store_;
  InstalledList installed_;
};

} // namespace outpost::catalog
