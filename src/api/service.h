// What the handlers of all APIs share. Made once; outlives the server.
#pragma once
#include <cstdint>
#include <functional>
#include <string>

#include "api/gate.h"
#include "api/models.h"
#include "api/quota.h"
#include "api/shelf.h"
#include "base/clock.h"
#include "telemetry/registry.h"

namespace outpost::api {

struct ServiceSettings {
  std::string version;
  // When a request names no limit. Not the whole context: memory for it is reserved.
  std::uint32_t default_max_tokens = 1024;
  std::uint32_t choices_max = 16; // of one request
};

struct Service {
  ModelDirectory& models;
  Gate& gate;
  telemetry::Registry& metrics;
  Clock& clock;
  ServiceSettings settings;
  Quota* quota = nullptr;      // none: nobody is limited
  ModelShelf* shelf = nullptr; // none: no model files can be brought or removed

  [[nodiscard]] chat::WorkClass work_class(const std::string& principal) const {
    return quota != nullptr ? quota->work_class(principal) : chat::WorkClass::kInteractive;
  }
  void charge(const std::string& principal, std::uint64_t tokens) const {
    if (quota != nullptr) quota->charge(principal, tokens);
  }
};

} // namespace outpost::api
