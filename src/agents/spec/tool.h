// A tool as an agent knows it: what it does, what it asks for, what it may change. Plain data; the
// code behind it is a Toolset (tools/toolset.h).
#pragma once
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace outpost::agents {

// What a call may change. Decided by whoever wrote the tool, never by a model.
enum class Effect { kRead, kReversible, kIrreversible };
std::string_view to_string(Effect effect);

enum class ValueType { kString, kInteger, kNumber, kBoolean };
std::string_view to_string(ValueType type); // JSON Schema's names

enum class ValueFormat { kNone, kEmail };

// A kind of value that tools ask for: how it looks, how it is recognised in what a user writes.
struct ValueKind {
  std::string name;
  std::string description;
  ValueType type = ValueType::kString;
  ValueFormat format = ValueFormat::kNone;
  std::string pattern;              // of the whole value, in the syntax of call/pattern.h
  std::vector<std::string> choices; // the only values allowed, when not empty
  std::vector<std::string> examples;
  std::vector<std::string> cues; // words that announce such a value: "order", "code"
  std::string lookup;            // a query whose first column lists known values
  std::string ask;               // the question to put when the value is missing
  std::optional<double> minimum;
  std::optional<double> maximum;
  std::size_t max_length = 200; // of a string, in bytes
  bool free_text = false;       // put into words by the model, from words of the request
};

struct Parameter {
  std::string name;
  ValueKind kind;
  bool required = false;
};

struct Tool {
  std::string name;
  std::string description;
  std::vector<std::string> examples; // requests that call for it
  std::vector<std::string> uses;     // requests that it was used for, rightly: learnt, not declared
  std::vector<Parameter> parameters;
  Effect effect = Effect::kRead;
  // A call with an idempotency key that came before does nothing anew: it tells what became of the
  // first (the outbox keeps keys). So a call that was cut off may be made again.
  bool remembers_keys = false;
  // JSON Schema of the arguments as its maker wrote it, for tools that come from elsewhere (MCP,
  // code); empty for tools whose `parameters` have kinds.
  std::string input_schema;
};

const Parameter* find_parameter(const Tool& tool, std::string_view name);

// JSON Schema of the arguments object, as models and protocols are told it: the tool's own
// `input_schema` where it has one, else made from its parameters.
std::string parameters_schema(const Tool& tool);

} // namespace outpost::agents
