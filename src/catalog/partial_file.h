// A model on its way: PLACE/<key>.part, beside it a small state file and, for sources that need
// one, a folder. Whoever has one open holds its lock (flock), which ends with the process, so after
// a kill -9 the next pull finds what is there and goes on.
#pragma once
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "base/cancel.h"
#include "base/result.h"
#include "catalog/digest.h"
#include "platform/unique_fd.h"

namespace outpost::catalog {

// What must be known to go on with a partial file. Written by rename: whole or not at all.
struct PartialState {
  std::string source;            // digest of the source's text; another source starts anew
  std::string validator;         // the server's word for "still the same file"
  std::uint64_t parts_done = 0;  // for files joined from parts: so many parts ...
  std::uint64_t parts_bytes = 0; // ... make up so many bytes
};

class PartialFile {
public:
  // Opens or creates it. Nothing, if another process (or another PartialFile) holds it.
  // `key` is a file name of our own making.
  static Result<std::optional<PartialFile>> try_open(const std::filesystem::path& folder,
                                                     const std::string& key);

  [[nodiscard]] std::uint64_t size() const { return size_; }
  Status append(std::span<const std::byte> bytes);
  Status truncate(std::uint64_t size);
  Status sync();

  [[nodiscard]] const PartialState& state() const { return state_; }
  Status set_state(PartialState state);
  // Nothing of another source (or of a version that this one no longer is) may remain.
  Status start_over(PartialState state);

  // A folder for this file's source to use; made when asked for. Goes with the partial file.
  Result<std::filesystem::path> working_folder();

  // Reads the whole file; `on_progress` gets the bytes hashed so far.
  Result<Digest> digest(const std::function<void(std::uint64_t)>& on_progress,
                        const CancelToken& cancel) const;
  [[nodiscard]] Result<std::string> first_bytes(std::size_t count) const;

  // Makes it `target`, read-only, durably. The partial file is then gone.
  Status move_to(const std::filesystem::path& target);
  Status discard();
  // Still there, with neither bytes nor a working folder: nothing is lost without it.
  [[nodiscard]] bool is_bare() const;

private:
  PartialFile() = default;
  [[nodiscard]] std::filesystem::path state_path() const;
  [[nodiscard]] std::filesystem::path working_path() const;
  void read_state();
  void remove_companions();

  std::filesystem::path path_;
  platform::UniqueFd fd_; // holds the lock
  std::uint64_t size_ = 0;
  PartialState state_;
};

// Size of the partial file of that key, if there is one.
std::optional<std::uint64_t> partial_size(const std::filesystem::path& folder,
                                          const std::string& key);

} // namespace outpost::catalog
