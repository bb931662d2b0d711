// What a principal may use in a time, as the server's operator has set it. Asked before a request
// takes a place in the gate, told what it cost when that is known.
#pragma once
#include <cstdint>
#include <optional>
#include <string>

#include "api/gate.h"
#include "chat/chat.h"

namespace outpost::api {

// Thread-safe.
class Quota {
public:
  virtual ~Quota() = default;
  // None: the request is counted and may go on.
  virtual std::optional<GateRefusal> admit(const std::string& principal) = 0;
  // How soon its answers are needed, whatever a request says.
  [[nodiscard]] virtual chat::WorkClass work_class(const std::string& principal) const = 0;
  // Tokens of its prompt and answer.
  virtual void charge(const std::string& principal, std::uint64_t tokens) = 0;
};

} // namespace outpost::api
