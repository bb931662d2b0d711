// Small rules around tools, each a wrapper of its own: secrets kept in, failures tried again where
// that is safe, what must stay here kept here, decisions put on record.
#pragma once
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "agents/tools/toolset.h"

namespace outpost::agents {

// Secrets (keys, tokens) by their value. A call whose arguments hold one is refused, so that a
// model cannot carry it out; in results it is replaced by "[redacted]" before anything reads them.
// Also found when it is written in base64, percent-encoded or in hexadecimal.
class RedactionToolset final : public WrapperToolset {
public:
  static constexpr std::size_t kSecretBytesMin = 6; // shorter ones would be found everywhere

  RedactionToolset(Toolset& inner, const std::vector<std::string>& secrets);
  // kPermissionDenied when an argument holds a secret.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  [[nodiscard]] std::string redacted(std::string text) const;
  void redact(boost::json::value& value) const;

  std::vector<std::string> forms_; // every spelling of every secret, longest first
};

// Tries a call again that failed for a passing reason (kUnavailable, kTimeout), if its tool only
// reads: what may have changed something is never repeated.
class RetryToolset final : public WrapperToolset {
public:
  // `wait` is called before each further attempt, with its number from 1.
  RetryToolset(Toolset& inner, int attempts, std::function<void(int attempt)> wait)
      : WrapperToolset(inner), attempts_(attempts), wait_(std::move(wait)) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  int attempts_;
  std::function<void(int)> wait_;
};

// What these tools return never leaves this machine.
class LocalOnlyToolset final : public WrapperToolset {
public:
  LocalOnlyToolset(Toolset& inner, std::vector<std::string> names)
      : WrapperToolset(inner), names_(std::move(names)) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::vector<std::string> names_;
};

// Around tools that reach beyond this machine: a call made from anything that must stay here is
// refused, by its label and whatever it looks like.
class EgressToolset final : public WrapperToolset {
public:
  // Owns what it wraps.
  explicit EgressToolset(std::unique_ptr<Toolset> inner)
      : WrapperToolset(*inner), inner_(std::move(inner)) {}
  // kPermissionDenied for what is local-only.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::unique_ptr<Toolset> inner_;
};

struct AuditEntry {
  std::string principal;
  std::string call_id;
  std::string tool;
  Effect effect = Effect::kIrreversible;
  std::string outcome; // "asked", then "done", "nothing", "refused" or the error's code
};

// Puts every call on record before it is made and after. What cannot be recorded is not done.
class AuditToolset final : public WrapperToolset {
public:
  using Record = std::function<Status(const AuditEntry&)>;
  AuditToolset(Toolset& inner, Record record) : WrapperToolset(inner), record_(std::move(record)) {}
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  Record record_;
};

} // namespace outpost::agents
