// The model files of this machine, as far as requests may bring and remove them. Whether one is
// served is another matter (models.h).
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "base/cancel.h"
#include "base/result.h"

namespace outpost::api {

struct PullStep {
  std::string phase; // in words: "downloading"
  std::string subject;
  std::uint64_t done = 0; // bytes
  std::optional<std::uint64_t> total;
};

// Thread-safe. Errors are those of the catalogue: kNotFound, kUnavailable, kResourceExhausted, ...
class ModelShelf {
public:
  virtual ~ModelShelf() = default;
  // Blocks; steps come on the same thread. Returns the digest of the file, hexadecimal.
  virtual Result<std::string> pull(const std::string& what,
                                   const std::function<void(const PullStep&)>& on_step,
                                   const CancelToken& cancel) = 0;
  // Another name for the same file.
  virtual Status copy(const std::string& from, const std::string& to) = 0;
  virtual Status remove(const std::string& name) = 0;
};

} // namespace outpost::api
