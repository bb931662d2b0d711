#include "agents/run/event.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

json::object body_json(const RunStarted& e) {
  json::object body{
      {"agent", e.agent}, {"principal", e.principal}, {"model", e.model}, {"request", e.request}};
  if (!e.version.empty()) body["version"] = e.version;
  if (!e.file.empty()) body["file"] = e.file;
  if (!e.session.empty()) body["session"] = e.session;
  if (!e.calling.empty()) body["calling"] = e.calling;
  return body;
}

json::object body_json(const ValuesRead& e) { return {{"digest", e.digest}}; }

json::object body_json(const Recalled& e) {
  json::array items;
  for (const Recalled::Item& item : e.items) {
    items.push_back(json::object{{"kind", item.kind},
                                 {"text", item.text},
                                 {"source", item.source},
                                 {"label", to_json(item.label)}});
  }
  return {{"items", std::move(items)}};
}

json::object body_json(const Escalated& e) {
  json::object body{{"part", e.part}};
  if (!e.kept.empty()) body["kept"] = e.kept;
  if (!e.error.empty()) body["error"] = e.error;
  if (e.place.empty()) return body;
  body["place"] = e.place;
  if (!e.tool.empty()) body["tool"] = e.tool;
  if (!e.tool.empty()) body["arguments"] = e.arguments;
  if (!e.text.empty()) body["text"] = e.text;
  body["prompt_tokens"] = e.prompt_tokens;
  body["completion_tokens"] = e.completion_tokens;
  body["milliseconds"] = e.time.count();
  body["cost_billionths"] = e.cost.billionths;
  return body;
}

json::object body_json(const ModelAnswered& e) {
  return {{"asked", e.asked}, {"tokens", e.tokens}, {"answer", e.answer}};
}

json::object body_json(const ModelChosen& e) {
  json::object body{{"part", e.part}, {"probability", e.probability}, {"model", e.model}};
  if (!e.kept.empty()) body["kept"] = e.kept;
  if (!e.calling.empty()) body["calling"] = e.calling;
  return body;
}

json::object body_json(const ApprovalAsked& e) {
  return {{"approval", e.approval},   {"call", e.call_id}, {"tool", e.tool},
          {"arguments", e.arguments}, {"role", e.role},    {"expires_ms", e.expires_ms},
          {"nonce", e.nonce}};
}

json::object body_json(const ApprovalAnswered& e) {
  return {{"approval", e.approval}, {"state", e.state}};
}

json::object body_json(const RunWaiting& e) { return {{"approval", e.approval}, {"text", e.text}}; }

json::object body_json(const RunStopped& e) {
  return {{"code", to_string(e.code)}, {"message", e.message}};
}

json::object body_json(const ToolChosen& e) {
  json::array options;
  for (const ToolChosen::Option& option : e.options) {
    options.push_back(json::object{{"name", option.name}, {"probability", option.probability}});
  }
  return {{"part", e.part}, {"chosen", e.chosen}, {"why", e.why}, {"options", std::move(options)}};
}

json::object body_json(const ArgumentsFilled& e) {
  json::array arguments;
  for (const ArgumentsFilled::Argument& argument : e.arguments) {
    arguments.push_back(json::object{{"name", argument.name},
                                     {"value", argument.value},
                                     {"origin", argument.origin},
                                     {"label", to_json(argument.label)}});
  }
  return {{"tool", e.tool}, {"arguments", std::move(arguments)}};
}

json::object body_json(const CallStarted& e) {
  return {{"call", e.call_id},
          {"tool", e.tool},
          {"arguments", e.arguments},
          {"effect", to_string(e.effect)}};
}

json::object body_json(const CallFinished& e) {
  json::object body{{"call", e.call_id},
                    {"tool", e.tool},
                    {"outcome", e.outcome},
                    {"content", e.content},
                    {"statement", e.statement}};
  if (!e.error.empty()) body["error"] = e.error;
  return body;
}

json::object body_json(const Answered& e) {
  return {{"kind", to_string(e.kind)}, {"text", e.text}};
}

json::object body_json(const RunFinished& e) {
  json::object body{{"end", to_string(e.end)}};
  if (!e.error.empty()) body["error"] = e.error;
  json::object usage{{"steps", e.usage.steps},
                     {"tool_calls", e.usage.tool_calls},
                     {"tokens", e.usage.tokens},
                     {"milliseconds", e.usage.time.count()}};
  if (e.usage.money != Money{}) usage["money"] = to_string(e.usage.money);
  body["usage"] = std::move(usage);
  return body;
}

struct KindName {
  std::string_view operator()(const RunStarted&) const { return "run_started"; }
  std::string_view operator()(const ValuesRead&) const { return "values_read"; }
  std::string_view operator()(const Recalled&) const { return "recalled"; }
  std::string_view operator()(const Escalated&) const { return "escalated"; }
  std::string_view operator()(const ModelAnswered&) const { return "model_answered"; }
  std::string_view operator()(const ModelChosen&) const { return "model_chosen"; }
  std::string_view operator()(const ApprovalAsked&) const { return "approval_asked"; }
  std::string_view operator()(const ApprovalAnswered&) const { return "approval_answered"; }
  std::string_view operator()(const RunWaiting&) const { return "run_waiting"; }
  std::string_view operator()(const RunStopped&) const { return "run_stopped"; }
  std::string_view operator()(const ToolChosen&) const { return "tool_chosen"; }
  std::string_view operator()(const ArgumentsFilled&) const { return "arguments_filled"; }
  std::string_view operator()(const CallStarted&) const { return "call_started"; }
  std::string_view operator()(const CallFinished&) const { return "call_finished"; }
  std::string_view operator()(const Answered&) const { return "answered"; }
  std::string_view operator()(const RunFinished&) const { return "run_finished"; }
};

} // namespace

std::string_view to_string(AnswerKind kind) {
  switch (kind) {
  case AnswerKind::kStatement: return "statement";
  case AnswerKind::kReply: return "reply";
  case AnswerKind::kQuestion: return "question";
  case AnswerKind::kNoTool: return "no_tool";
  case AnswerKind::kFailure: return "failure";
  }
  return "failure";
}

std::string_view to_string(RunEnd end) {
  switch (end) {
  case RunEnd::kDone: return "done";
  case RunEnd::kFailed: return "failed";
  case RunEnd::kBudget: return "budget";
  case RunEnd::kCancelled: return "cancelled";
  case RunEnd::kWaiting: return "waiting";
  }
  return "failed";
}

std::string_view kind_of(const RunEventBody& body) { return std::visit(KindName{}, body); }

json::object to_json(const RunEventBody& body) {
  return std::visit([](const auto& event) { return body_json(event); }, body);
}

json::object to_json(const chat::Label& label) {
  json::object out{{"source", chat::to_string(label.source)}};
  if (!label.origin.empty()) out["origin"] = label.origin;
  out["trust"] = chat::to_string(label.trust);
  out["confidentiality"] = chat::to_string(label.confidentiality);
  return out;
}

} // namespace outpost::agents
