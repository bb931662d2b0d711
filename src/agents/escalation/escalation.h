// Escalation: a step that the local model is not sure of may go to a larger model elsewhere. Only
// the step goes up (one part of a request, the tools on its short list, the values it needs), never
// the run; what comes back is a suggestion, which goes through the same validation, grounding,
// permissions and approvals as a call that was made here.
//
//   if (const auto reason = escalation.keeps_local(step)) ...   // ask the user instead
//   OUTPOST_TRY(const EscalatedAnswer answer, escalation.ask(step, cancel));
//   if (answer.call) ...                                        // through the run's toolset
#pragma once
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/ledger/money.h"
#include "agents/spec/tool.h"
#include "base/cancel.h"
#include "base/result.h"
#include "chat/label.h"

namespace outpost::agents {

// A text that would go up, with where it is from and who may see it.
struct LabelledText {
  std::string text;
  chat::Label label;
};

// What the local model could not do with enough certainty.
struct HardStep {
  enum class Kind {
    kCall,   // which tool, with which arguments; or no tool
    kSlot,   // one argument of a call whose tool is chosen
    kAnswer, // words for the user
  };
  Kind kind = Kind::kCall;
  std::string run_id;
  std::string agent;
  chat::PrincipalId principal;
  LabelledText request; // the part of the request that the step is about
  std::vector<LabelledText>
      context;                     // what it leans on: earlier turns, facts, results; oldest first
  std::vector<Tool> tools;         // kCall: the short list; kSlot: the one tool
  boost::json::object arguments;   // kSlot: those that are filled already
  chat::Label arguments_label;     // of `arguments`, joined
  std::string parameter;           // kSlot: the one that is missing
  double probability = 0;          // that the local answer is right, 0 to 1
  std::optional<Money> money_most; // that the run may still spend; none: no limit
};
std::string_view to_string(HardStep::Kind kind);

struct EscalationUsage {
  std::string endpoint; // by the name in the agent file
  std::uint32_t prompt_tokens = 0;
  std::uint32_t completion_tokens = 0;
  std::chrono::milliseconds time{0};
  Money cost;
};

// Nothing in `call`, `value` and `text`: the larger model finds nothing to do either.
struct EscalatedAnswer {
  struct SuggestedCall {
    std::string tool;
    boost::json::object arguments;
  };
  std::optional<SuggestedCall> call;       // kCall
  std::optional<boost::json::value> value; // kSlot
  std::string text;                        // kAnswer; kCall: what it said instead of calling
  chat::Label label;                       // of all of it: never trusted
  EscalationUsage usage;
};

// Why a step stays here.
enum class KeptLocal {
  kOff,             // the agent file has no escalation
  kSure,            // the local answer is likely enough to be right
  kConfidentiality, // something in the step may not leave
  kBudget,          // money, tokens or steps for today or this run are used up
  kOffline,         // the endpoint is not reached now
};
std::string_view to_string(KeptLocal reason);

// One for an agent; thread-safe.
class Escalation {
public:
  virtual ~Escalation() = default;
  // Nothing: the step may go up. Sends nothing of the step.
  virtual std::optional<KeptLocal> keeps_local(const HardStep& step) = 0;
  // Asks, and books what it cost. Looks at keeps_local() itself: kPermissionDenied with the reason
  // when the step has to stay; otherwise the endpoint's own errors (kUnavailable, kTimeout, ...).
  virtual Result<EscalatedAnswer> ask(const HardStep& step, const CancelToken& cancel) = 0;
};

} // namespace outpost::agents
