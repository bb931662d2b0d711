// The nouns of a conversation, shared by engine, agents and APIs: messages, tools and their calls,
// sampling, what comes back. Plain data; JSON stays text here (canonical, order kept).
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "chat/label.h"
#include "grammar/constraint.h"

namespace outpost::chat {

enum class Role { kSystem, kUser, kAssistant, kTool };
std::string_view to_string(Role role);
std::optional<Role> parse_role(std::string_view name);

struct ToolCall {
  std::string id; // unique within the conversation; nine letters and digits
  std::string name;
  std::string arguments; // a JSON object
  friend bool operator==(const ToolCall&, const ToolCall&) = default;
};

struct Message {
  Role role = Role::kUser;
  std::string text;
  std::vector<ToolCall> tool_calls; // assistant only
  std::string tool_call_id;         // tool only: which call this answers
  std::string tool_name;            // tool only
  Label label;
  std::string reasoning = {}; // assistant only: what it thought before it answered
  friend bool operator==(const Message&, const Message&) = default;
};

Message system_message(std::string text);
Message user_message(std::string text);
Message assistant_message(std::string text);

// A tool as the model is told of it.
struct ToolDefinition {
  std::string name;
  std::string description;
  std::string parameters; // JSON Schema of the arguments object
  friend bool operator==(const ToolDefinition&, const ToolDefinition&) = default;
};

enum class ToolChoice { kAuto, kNone, kRequired };

// Whether a model that can think before it answers does so. kDefault: as its template has it, but
// not before an answer that a constraint binds.
enum class Thinking { kDefault, kOff, kOn };

// What the model reads. With messages, the file's chat template renders them (and the tools), opens
// the assistant's turn, and `text` is the beginning of that turn. Without, `text` is the whole
// prompt.
struct Prompt {
  std::vector<Message> messages;
  std::vector<ToolDefinition> tools;
  ToolChoice tool_choice = ToolChoice::kAuto;
  // Calls are generated as the model's own template has it, whatever else could make them.
  bool generates_calls = false;
  bool single_call = false; // of those generated, no more than one
  Thinking thinking = Thinking::kDefault;
  std::string text;
  // What follows after the answer, for models that were trained to fill in between. Only without
  // messages.
  std::string suffix = {};
  friend bool operator==(const Prompt&, const Prompt&) = default;
};

struct Sampling {
  float temperature = 0.8f;        // 0 is greedy
  std::uint32_t top_k = 40;        // 0 is off
  float top_p = 0.95f;             // 1 is off
  float min_p = 0.05f;             // 0 is off
  float repetition_penalty = 1.0f; // 1 is off; over the last penalty_window tokens
  float frequency_penalty = 0.0f;
  float presence_penalty = 0.0f;
  std::uint32_t penalty_window = 64;
  std::vector<std::pair<text::TokenId, float>> logit_bias;
  std::optional<std::uint64_t> seed; // none: the engine draws one and reports it
};

// How soon somebody waits for the answer. A step serves the first of these first.
enum class WorkClass { kInteractive, kBatch, kBackground };
std::string_view to_string(WorkClass work_class);
std::optional<WorkClass> parse_work_class(std::string_view name);

struct ChatRequest {
  PrincipalId principal;
  WorkClass work_class = WorkClass::kInteractive;
  Prompt prompt;
  // How every prompt begins that the operator declared so: messages and tools that hold nothing of
  // any user. What is computed of the prompt's beginning that is the same may serve everybody.
  Prompt declared;
  Sampling sampling;
  std::optional<grammar::GrammarSpec> constraint;
  std::uint32_t max_tokens = 512;
  // Of these, for thoughts: beyond them the thought is ended for the model. None: no such bound.
  std::optional<std::uint32_t> thought_tokens_max = {};
  std::vector<std::string> stop; // text that ends the answer and is not part of it
  std::uint32_t top_log_probabilities = 0;
  bool log_probabilities = false;
  // Wants arguments of calls while they are written, where they are bound to become valid.
  bool call_pieces = false;
};

enum class FinishReason { kStop, kLength, kToolCalls, kCancelled };
std::string_view to_string(FinishReason reason);

struct Usage {
  std::uint32_t prompt_tokens = 0;
  std::uint32_t cached_tokens = 0;     // of the prompt, found in the prefix cache
  std::uint32_t completion_tokens = 0; // forced ones included
  std::uint32_t forced_tokens = 0;     // appended by a grammar without a step of their own
  std::uint32_t reasoning_tokens = 0;  // of the completion: thought, not said
};

struct Timings {
  double queue_ms = 0;
  double prefill_ms = 0;
  double decode_ms = 0;
};

struct TokenLogProbability {
  text::TokenId token = 0;
  std::string text;
  std::optional<float> log_probability; // none for forced tokens
  std::vector<std::pair<text::TokenId, float>> top;
};

// Events of an answer, in order: any number of deltas, pieces and calls, then exactly one Finished.
struct TextDelta {
  std::string text; // valid UTF-8
  std::vector<TokenLogProbability> log_probabilities;
  std::string reasoning = {}; // valid UTF-8: thought, not said
};
// The next piece of a call's arguments, only for requests that ask for pieces. The pieces of a call
// together are its arguments, as JSON of the same value; then its ToolCallEvent follows, unless the
// answer was cut within it.
struct ToolCallPiece {
  std::uint32_t index = 0; // of the call among the answer's
  std::string id, name;    // with the first piece of a call; empty afterwards
  std::string arguments;
};
struct ToolCallEvent {
  ToolCall call;
};
struct Finished {
  FinishReason reason = FinishReason::kStop;
  std::string stop_text; // the one of ChatRequest::stop that ended it; empty: none did
  Usage usage;
  Timings timings;
  std::uint64_t seed = 0;
};
using Event = std::variant<TextDelta, ToolCallPiece, ToolCallEvent, Finished>;

// A whole answer, collected from its events.
struct Answer {
  std::string text;
  std::string reasoning;
  std::vector<ToolCall> tool_calls;
  std::vector<TokenLogProbability> log_probabilities;
  Finished finished;
};

} // namespace outpost::chat
