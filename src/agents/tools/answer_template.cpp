#include "agents/tools/answer_template.h"

#include <algorithm>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

bool is_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-';
  });
}

// Calls literal(text) and name(text) for the pieces of a template, in order.
template <class Literal, class Name>
void walk(std::string_view text, const Literal& literal, const Name& name) {
  while (!text.empty()) {
    const std::size_t open = text.find('{');
    const std::size_t close = text.find('}', open == std::string_view::npos ? open : open + 1);
    if (close == std::string_view::npos) break;
    const std::string_view inner = text.substr(open + 1, close - open - 1);
    if (is_name(inner)) {
      literal(text.substr(0, open));
      name(inner);
      text.remove_prefix(close + 1);
    } else {
      literal(text.substr(0, open + 1));
      text.remove_prefix(open + 1);
    }
  }
  literal(text);
}

bool holds(const AnswerTemplate& answer, const boost::json::object& row) {
  return std::all_of(answer.when.begin(), answer.when.end(), [&row](const auto& condition) {
    const auto* value = row.if_contains(condition.first);
    return value != nullptr && plain_text(*value) == condition.second;
  });
}

} // namespace

std::vector<std::string> template_names(std::string_view text) {
  std::vector<std::string> names;
  walk(text, [](std::string_view) {}, [&](std::string_view name) { names.emplace_back(name); });
  return names;
}

std::string readable_name(std::string name) {
  std::replace(name.begin(), name.end(), '_', ' ');
  return name;
}

std::string plain_text(const boost::json::value& value) {
  if (value.is_null()) return {};
  if (const auto* text = value.if_string()) return {text->data(), text->size()};
  return chat::json_text(value);
}

std::string fill_template(std::string_view text, const boost::json::object& row,
                          const boost::json::object& arguments) {
  std::string out;
  walk(
      text, [&](std::string_view literal) { out += literal; },
      [&](std::string_view name) {
        const auto* value = row.if_contains(name);
        if (value == nullptr) value = arguments.if_contains(name);
        if (value != nullptr) out += plain_text(*value);
      });
  return out;
}

std::string state_row(const std::vector<AnswerTemplate>& answers, const boost::json::object& row,
                      const boost::json::object& arguments) {
  for (const AnswerTemplate& answer : answers) {
    if (holds(answer, row)) return fill_template(answer.say, row, arguments);
  }
  return {};
}

} // namespace outpost::agents
