#include "agents/run/session_json.h"

#include "agents/memory/label_text.h"
#include "agents/run/event.h"
#include "agents/run/record_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

json::object turn_json(const Turn& turn) {
  json::array values;
  for (const UsedValue& used : turn.values) {
    values.push_back(json::object{{"kind", used.kind}, {"value", used.value}});
  }
  json::object out{{"request", turn.request},
                   {"answer", turn.answer},
                   {"tool", turn.tool},
                   {"values", std::move(values)}};
  if (turn.label != chat::user_label()) out["label"] = to_json(turn.label);
  return out;
}

json::object pending_json(const PendingCall& pending) {
  return {{"tool", pending.call.tool},
          {"arguments", pending.call.arguments},
          {"request", pending.request},
          {"parameter", pending.parameter},
          {"options", json::array(pending.options.begin(), pending.options.end())}};
}

Turn turn_of(const json::object& json) {
  Turn turn{text_in(json, "request"), text_in(json, "answer"), text_in(json, "tool"), {}};
  if (json.contains("label")) turn.label = read_label(chat::json_text(object_in(json, "label")));
  for (const json::value& used : array_in(json, "values")) {
    if (!used.is_object()) continue;
    const json::value* value = used.get_object().if_contains("value");
    turn.values.push_back(
        {text_in(used.get_object(), "kind"), value == nullptr ? json::value() : *value});
  }
  return turn;
}

PendingCall pending_of(const json::object& json) {
  PendingCall pending{{"", text_in(json, "tool"), object_in(json, "arguments")},
                      text_in(json, "request"),
                      text_in(json, "parameter"),
                      {}};
  for (const json::value& option : array_in(json, "options")) {
    if (option.is_string()) pending.options.emplace_back(option.get_string());
  }
  return pending;
}

} // namespace

json::object to_json(const Session& session) {
  json::object out;
  if (!session.turns.empty()) {
    json::array turns;
    for (const Turn& turn : session.turns) turns.push_back(turn_json(turn));
    out["turns"] = std::move(turns);
  }
  if (session.pending) out["pending"] = pending_json(*session.pending);
  return out;
}

Session session_from_json(const json::object& json) {
  Session session;
  for (const json::value& turn : array_in(json, "turns")) {
    if (turn.is_object()) session.add(turn_of(turn.get_object()));
  }
  if (json.contains("pending")) session.pending = pending_of(object_in(json, "pending"));
  return session;
}

} // namespace outpost::agents
