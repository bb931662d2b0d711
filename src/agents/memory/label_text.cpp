#include "agents/memory/label_text.h"

#include <array>

#include <boost/json.hpp>

#include "base/json_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

using chat::Confidentiality;
using chat::Source;
using chat::Trust;

constexpr std::array kSources{Source::kOperator, Source::kUser, Source::kModel, Source::kTool,
                              Source::kMemory,   Source::kFile, Source::kPeer};
constexpr std::array kTrusts{Trust::kUntrusted, Trust::kUser, Trust::kOperator};
constexpr std::array kConfidentialities{Confidentiality::kPublic, Confidentiality::kInternal,
                                        Confidentiality::kPersonal, Confidentiality::kLocalOnly};

template <class Value, std::size_t kCount>
Value named(const std::array<Value, kCount>& values, std::string_view name, Value otherwise) {
  for (const Value value : values) {
    if (to_string(value) == name) return value;
  }
  return otherwise;
}

std::string_view text_at(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string_view(value->get_string())
                                                : std::string_view();
}

} // namespace

std::string label_text(const chat::Label& label) {
  JsonObject object;
  object.add("source", to_string(label.source));
  object.add("origin", label.origin);
  object.add("trust", to_string(label.trust));
  object.add("confidentiality", to_string(label.confidentiality));
  return object.text();
}

chat::Label read_label(std::string_view text) {
  chat::Label label{Source::kMemory, {}, Trust::kUntrusted, Confidentiality::kLocalOnly};
  const auto parsed = chat::parse_json(text);
  if (!parsed || !parsed->is_object()) return label;
  const boost::json::object& object = parsed->get_object();
  label.source = named(kSources, text_at(object, "source"), label.source);
  label.origin = text_at(object, "origin");
  label.trust = named(kTrusts, text_at(object, "trust"), label.trust);
  label.confidentiality =
      named(kConfidentialities, text_at(object, "confidentiality"), label.confidentiality);
  return label;
}

} // namespace outpost::agents
