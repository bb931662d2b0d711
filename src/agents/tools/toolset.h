// Toolset: what an agent can do. One that does the work (SqlToolset, later HTTP, files, MCP) and
// around it one small wrapper for each rule: validation, budget, labels, loops, the run's record.
// Rules hold for every caller that way, whatever a model asks for.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include <boost/json.hpp>

#include "agents/spec/tool.h"
#include "base/cancel.h"
#include "base/result.h"
#include "chat/label.h"

namespace outpost::agents {

// One wish to use a tool. Arguments come from a model and a user: nothing about them is trusted
// until the validating wrapper has passed them.
struct Call {
  std::string id; // unique within the run
  std::string tool;
  boost::json::object arguments;
};

// Who asks, and with what words.
struct CallContext {
  chat::PrincipalId principal;
  std::string request;
  CancelToken cancel;
  // The same for every try of one effect, so that a receiver can tell a second try from a second
  // wish; empty: none.
  std::string idempotency_key{};
  // Of the request and of everything that the arguments were made from.
  chat::Label label = chat::user_label();
};

struct ToolResult {
  enum class Outcome {
    kDone,     // it was done; `content` is what came of it
    kNothing,  // there is nothing of that kind
    kRefused,  // a precondition did not hold; nothing was changed
    kDeferred, // not done yet: it waits in the outbox, under the id in `content`
  };
  Outcome outcome = Outcome::kDone;
  boost::json::value content; // bounded by the toolset
  std::string statement;      // the same in words, made from `content` alone
  chat::Label label;
};
std::string_view to_string(ToolResult::Outcome outcome);

// Errors of call(): kInvalidArgument (the caller may try again with other arguments), kNotFound (no
// such tool), kLimitExceeded (a budget: the run must end), others (the tool itself failed).
class Toolset {
public:
  Toolset() = default;
  Toolset(const Toolset&) = delete;
  Toolset& operator=(const Toolset&) = delete;
  virtual ~Toolset() = default;

  [[nodiscard]] virtual const std::vector<Tool>& tools() const = 0;
  virtual Result<ToolResult> call(const Call& call, const CallContext& context) = 0;
  // The values of a kind that exist now, as its lookup lists them; none where it has no lookup.
  virtual Result<std::vector<std::string>> known_values(const ValueKind&) {
    return std::vector<std::string>();
  }
};

// Passes everything on; a wrapper overrides what it is about.
class WrapperToolset : public Toolset {
public:
  explicit WrapperToolset(Toolset& inner) : inner_(inner) {}
  [[nodiscard]] const std::vector<Tool>& tools() const override { return inner_.tools(); }
  Result<ToolResult> call(const Call& call, const CallContext& context) override {
    return inner_.call(call, context);
  }
  Result<std::vector<std::string>> known_values(const ValueKind& kind) override {
    return inner_.known_values(kind);
  }

private:
  Toolset& inner_;
};

const Tool* find_tool(const Toolset& toolset, std::string_view name);

// Whether a call that changes something may have done so although it ended with this error: it was
// cut off, came too late, or what it answered could not be read. Other errors were there before
// anything was done.
bool may_have_happened(ErrorCode code);

} // namespace outpost::agents
