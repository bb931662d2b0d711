// What happens in a run, step by step. The run's log holds exactly these; so does what a client
// sees.
#pragma once
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <boost/json.hpp>

#include "agents/ledger/money.h"
#include "agents/run/budget.h"
#include "agents/spec/tool.h"
#include "agents/tools/toolset.h"
#include "base/error.h"
#include "chat/label.h"

namespace outpost::agents {

struct RunStarted {
  std::string agent;
  std::string principal; // who it acts for
  std::string model;
  std::string request;
  std::string version;         // of the agent file: a run goes on only with the same
  std::string file;            // the agent file, where there is one
  boost::json::object session; // earlier turns, and the question that waits (session_json.h)
  // How calls are weighed (calling_record.h); empty where no tool tells only a schema.
  boost::json::object calling;
};

// The values that lookups listed when the run began: kept once for each digest beside the log.
struct ValuesRead {
  std::string digest;
};

// What came to mind about the request.
struct Recalled {
  struct Item {
    std::string kind; // "fact", "turn", "case"
    std::string text;
    std::string source; // "turn 17"
    chat::Label label;
  };
  std::vector<Item> items;
};

// A step that was not sure enough for this model. With `kept` it stayed here all the same, with
// `error` it went and nothing came back; else `tool`, or nothing in it, was suggested.
struct Escalated {
  std::string part; // of the request
  std::string kept; // why it stayed: "offline", "budget", ...
  std::string error;
  std::string place; // the endpoint's name
  std::string tool;
  boost::json::object arguments;
  std::string text;
  std::uint32_t prompt_tokens = 0;
  std::uint32_t completion_tokens = 0;
  std::chrono::milliseconds time{0};
  Money cost;
};

// What the model gave, whole: going through the run again asks it nothing.
struct ModelAnswered {
  std::string asked;         // digest of what it was asked
  std::uint32_t tokens = 0;  // that it cost
  boost::json::value answer; // model_record.h
};

// A step that the model was not sure enough of is done again with the next larger one on this
// machine, or with `kept` is not.
struct ModelChosen {
  std::string part;            // of the request
  double probability = 0;      // that what the smaller model says is right
  std::string model;           // the larger one
  std::string kept;            // why the step stays with the smaller one
  boost::json::object calling; // from now on, as in RunStarted
};

// What a part of the request was taken to call for.
struct ToolChosen {
  struct Option {
    std::string name;
    double probability = 0;
  };
  std::string part;            // of the request
  std::string chosen;          // a tool, a reply, "none"
  std::string why;             // "scored", "follow-up", "answer to a question"
  std::vector<Option> options; // likeliest first
};

struct ArgumentsFilled {
  struct Argument {
    std::string name;
    boost::json::value value;
    std::string origin; // "request", "turn 2", "model"
    chat::Label label;
  };
  std::string tool;
  std::vector<Argument> arguments;
};

// A call that waits for a person's word.
struct ApprovalAsked {
  std::string approval; // its id
  std::string call_id;
  std::string tool;
  boost::json::object arguments;
  std::string role; // who may answer; empty: any approver
  std::int64_t expires_ms = 0;
  std::string nonce;
};

struct ApprovalAnswered {
  std::string approval;
  std::string state; // "approved", "refused", "expired"
};

// Durable before the tool runs: what follows it may have happened, what is not preceded by it has
// not.
struct CallStarted {
  std::string call_id;
  std::string tool;
  boost::json::object arguments;
  Effect effect = Effect::kRead;
};

struct CallFinished {
  std::string call_id;
  std::string tool;
  std::string outcome; // "done", "nothing", "refused", "failed", "unknown"
  boost::json::value content;
  std::string statement; // or the error's message
  std::string error;     // its code; empty without one
};

enum class AnswerKind {
  kStatement, // what tools returned
  kReply,     // a prepared reply
  kQuestion,  // the user is asked for something
  kNoTool,    // nothing fits, said so
  kFailure,   // something went wrong, said so
};
std::string_view to_string(AnswerKind kind);

struct Answered {
  AnswerKind kind = AnswerKind::kStatement;
  std::string text;
};

// kWaiting is no end: the run goes on when what it waits for is there (Agent::resume).
enum class RunEnd { kDone, kFailed, kBudget, kCancelled, kWaiting };
std::string_view to_string(RunEnd end);

// Work ends here until somebody has answered; nothing is held.
struct RunWaiting {
  std::string approval;
  std::string text; // what the user is told
};

// What ended the work before it was done, at the place where it did.
struct RunStopped {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
};

struct RunFinished {
  RunEnd end = RunEnd::kDone;
  std::string error; // empty when done
  RunUsage usage;
};

using RunEventBody =
    std::variant<RunStarted, ValuesRead, Recalled, ModelAnswered, ModelChosen, ToolChosen,
                 Escalated, ArgumentsFilled, ApprovalAsked, ApprovalAnswered, CallStarted,
                 CallFinished, Answered, RunWaiting, RunStopped, RunFinished>;

struct RunEvent {
  std::string run_id;
  std::uint64_t sequence = 0; // from 1, without gaps
  std::int64_t time_ms = 0;   // since 1970
  RunEventBody body;
  chat::Label label; // of what the event holds
};

// Called in order, on the run's thread, after the event is on the disk.
using RunObserver = std::function<void(const RunEvent&)>;

std::string_view kind_of(const RunEventBody& body); // "run_started"
boost::json::object to_json(const RunEventBody& body);
boost::json::object to_json(const chat::Label& label);

} // namespace outpost::agents
