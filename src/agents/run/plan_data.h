// The data of a plan at work: its parameters, and the rows of each step by the step's name. Steps
// take from it by reference.
#pragma once
#include <map>
#include <string>

#include <boost/json.hpp>

#include "agents/spec/plans_section.h"
#include "chat/label.h"

namespace outpost::agents {

class PlanData {
public:
  explicit PlanData(boost::json::object parameters) : parameters_(std::move(parameters)) {}

  // The rows that a tool's result holds: {"rows": [...]}, an array, or one object.
  void keep(const std::string& step, const boost::json::value& content, chat::Label label);
  // Filters, ranks and cuts the rows of the steps it is from, in their order.
  void sift(const PlanStep& step);

  [[nodiscard]] bool is_empty(const std::string& step) const;
  [[nodiscard]] const boost::json::array& rows(const std::string& step) const;
  // Of all rows so far.
  [[nodiscard]] const chat::Label& label() const { return label_; }

  // {name} and {step.column} filled in; a template that is one reference keeps the value's type,
  // and is null when there is nothing.
  [[nodiscard]] boost::json::value fill(const std::string& text) const;

private:
  [[nodiscard]] boost::json::value resolve(const std::string& reference) const;
  [[nodiscard]] bool passes(const RowTest& test, const boost::json::object& row) const;

  boost::json::object parameters_;
  std::map<std::string, boost::json::array> rows_;
  chat::Label label_ = chat::operator_label();
};

} // namespace outpost::agents
