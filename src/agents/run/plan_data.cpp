#include "agents/run/plan_data.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "agents/call/words.h"
#include "agents/tools/answer_template.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

std::optional<double> number_of(const json::value& value) {
  if (value.is_number()) return value.to_number<double>();
  if (!value.is_string()) return std::nullopt;
  const std::string_view text = value.get_string();
  double number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = error == std::errc() && end == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

// Numbers by size, other texts by their letters; numbers first.
bool is_before(const json::value& a, const json::value& b) {
  const auto left = number_of(a);
  const auto right = number_of(b);
  if (left && right) return *left < *right;
  if (left.has_value() != right.has_value()) return left.has_value();
  return plain_text(a) < plain_text(b);
}

json::value column_of(const json::object& row, const std::string& column) {
  const json::value* value = row.if_contains(column);
  return value == nullptr ? json::value() : *value;
}

} // namespace

void PlanData::keep(const std::string& step, const json::value& content, chat::Label label) {
  json::array& kept = rows_[step];
  kept.clear();
  const json::value* rows = &content;
  if (content.is_object()) {
    const json::value* inner = content.get_object().if_contains("rows");
    if (inner != nullptr && inner->is_array()) rows = inner;
  }
  if (rows->is_object()) kept.push_back(*rows);
  if (rows->is_array()) {
    for (const json::value& row : rows->get_array()) {
      if (row.is_object()) kept.push_back(row);
    }
  }
  label_ = chat::join(label_, label);
}

void PlanData::sift(const PlanStep& step) {
  std::vector<std::pair<json::object, std::size_t>> passed; // and its place, to keep the order
  for (const std::string& source : step.from) {
    for (const json::value& row : rows(source)) {
      const json::object& object = row.get_object();
      if (std::all_of(step.where.begin(), step.where.end(),
                      [&](const RowTest& test) { return passes(test, object); })) {
        passed.emplace_back(object, passed.size());
      }
    }
  }
  if (!step.by.empty()) {
    std::sort(passed.begin(), passed.end(), [&step](const auto& a, const auto& b) {
      const json::value left = column_of(a.first, step.by);
      const json::value right = column_of(b.first, step.by);
      if (is_before(left, right)) return !step.descending;
      if (is_before(right, left)) return step.descending;
      return a.second < b.second;
    });
  }
  if (step.keep != 0 && passed.size() > step.keep) passed.resize(step.keep);
  json::array& kept = rows_[step.name];
  kept.clear();
  for (auto& [row, place] : passed) kept.push_back(std::move(row));
}

bool PlanData::is_empty(const std::string& step) const { return rows(step).empty(); }

const json::array& PlanData::rows(const std::string& step) const {
  static const json::array kNoRows;
  const auto at = rows_.find(step);
  return at == rows_.end() ? kNoRows : at->second;
}

bool PlanData::passes(const RowTest& test, const json::object& row) const {
  const json::value value = column_of(row, test.column);
  const json::value wanted = fill(test.value);
  switch (test.is) {
  case RowTest::Is::kEqual: return plain_text(value) == plain_text(wanted);
  case RowTest::Is::kAtLeast: return !value.is_null() && !is_before(value, wanted);
  case RowTest::Is::kAtMost: return !value.is_null() && !is_before(wanted, value);
  case RowTest::Is::kContaining:
    return lower_case(plain_text(value)).find(lower_case(plain_text(wanted))) != std::string::npos;
  }
  return false;
}

json::value PlanData::resolve(const std::string& reference) const {
  const std::size_t dot = reference.find('.');
  if (dot == std::string::npos) return column_of(parameters_, reference);
  const json::array& of_step = rows(reference.substr(0, dot));
  if (of_step.empty()) return nullptr;
  return column_of(of_step.front().get_object(), reference.substr(dot + 1));
}

json::value PlanData::fill(const std::string& text) const {
  std::string filled;
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t open = text.find('{', at);
    const std::size_t close = open == std::string::npos ? open : text.find('}', open);
    if (close == std::string::npos) break;
    json::value value = resolve(text.substr(open + 1, close - open - 1));
    if (open == 0 && close + 1 == text.size()) return value;
    filled += text.substr(at, open - at) + plain_text(value);
    at = close + 1;
  }
  return json::string(filled + text.substr(at));
}

} // namespace outpost::agents
