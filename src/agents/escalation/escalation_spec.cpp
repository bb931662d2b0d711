#include "agents/escalation/escalation_spec.h"

#include "agents/spec/money_field.h"
#include "agents/spec/section.h"
#include "yaml/yaml_reader.h"

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

template <class Number>
YamlFields::Reader count_or_none_into(Number& into, std::uint64_t most, std::string_view origin) {
  return [&into, most, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(const std::uint64_t count, read_count(node, origin, 0, most));
    into = static_cast<std::uint32_t>(count);
    return {};
  };
}

YamlFields::Reader prices_into(Prices& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    YamlFields fields(node, origin, "prices of a million tokens");
    fields.required("prompt", money_into(into.prompt_million, origin))
        .required("completion", money_into(into.completion_million, origin));
    return fields.finish();
  };
}

YamlFields::Reader limits_into(SpendLimits& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    YamlFields fields(node, origin, "limits of escalation");
    fields.optional("money_run", money_into(into.money_run, origin))
        .optional("money_day", money_into(into.money_day, origin))
        .optional("tokens_day", count_or_none_into(into.tokens_day, 1'000'000'000, origin))
        .optional("asks_run", count_or_none_into(into.asks_run, 1000, origin));
    return fields.finish();
  };
}

YamlFields::Reader key_into(EscalationSpec& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    YamlFields fields(node, origin, "where the key is");
    fields.optional("file", into.key_file).optional("environment", into.key_environment);
    OUTPOST_CHECK(fields.finish());
    if (into.key_file.empty() != into.key_environment.empty()) return {};
    return yaml_error(origin, node.place, "a key is in a 'file' or in the 'environment'",
                      "key: {environment: BIG_MODEL_KEY}");
  };
}

YamlFields::Reader allowed_into(chat::Confidentiality& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    if (node.scalar == "local_only") {
      return yaml_error(origin, node.place, "what is local_only never leaves this machine");
    }
    OUTPOST_TRY(const std::size_t word,
                read_word(node, origin, {"public", "internal", "personal"}));
    into = static_cast<chat::Confidentiality>(word);
    return {};
  };
}

} // namespace

Status read_escalation(const YamlNode& node, std::string_view origin, EscalationSpec& into) {
  bool compares = false;
  YamlFields fields(node, origin, "escalation");
  fields.optional("name", into.name)
      .required("endpoint", into.endpoint)
      .required("model", into.model)
      .optional("key", key_into(into, origin))
      .optional("ca_file", into.ca_file)
      .optional("below", share_into(into.below, origin))
      .optional("allowed", allowed_into(into.allowed, origin))
      .optional("tokens_answer", count_or_none_into(into.tokens_answer, 8192, origin))
      .required("prices", prices_into(into.prices, origin))
      .optional("compared_with",
                [&](const YamlNode& value) {
                  compares = true;
                  return prices_into(into.compared_with, origin)(value);
                })
      .optional("local", prices_into(into.local, origin))
      .optional("limits", limits_into(into.limits, origin));
  OUTPOST_CHECK(fields.finish());
  if (!compares) into.compared_with = into.prices;
  if (into.name == kLocalPlace || into.name.empty()) {
    return yaml_error(origin, node.place, "an endpoint needs a name other than 'local'");
  }
  return {};
}

} // namespace outpost::agents
