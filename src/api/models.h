// The models that are served, by the names that requests use.
#pragma once
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::api {

struct ServedModel {
  std::string id;                         // what answers call it
  std::vector<std::string> aliases;       // other names it answers to
  std::shared_ptr<chat::ChatModel> model; // shared with the answers being made
  bool is_loaded = true;                  // false: the first call of `model` loads it
  std::int64_t loaded_ms = 0;             // wall time; not loaded: since when it is served
  std::optional<std::int64_t> expires_ms; // wall time, when nobody uses it; none: it stays
  std::uint64_t file_bytes = 0;
  std::uint64_t memory_bytes = 0;
  std::string digest; // SHA-256 of the file, hexadecimal; empty when not known
};

// Thread-safe.
class ModelDirectory {
public:
  virtual ~ModelDirectory() = default;
  // By id or alias; "default" is the first model. kNotFound names what there is; kUnavailable: it
  // is being loaded.
  [[nodiscard]] virtual Result<ServedModel> find(std::string_view name) const = 0;
  [[nodiscard]] virtual std::vector<ServedModel> list() const = 0;
  // Whether all that is to be served from the start is there.
  [[nodiscard]] virtual bool is_ready() const = 0;
  // How long the model stays in memory after its last use: 0 not at all, negative for ever, none as
  // configured. Where models come and go; nothing happens for a name that is not there.
  virtual void keep(std::string_view name, std::optional<std::chrono::milliseconds> idle) {
    (void)name, (void)idle;
  }
};

} // namespace outpost::api
