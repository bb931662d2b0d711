// Answers that say what a tool returned: fixed words around returned values, so they are true of
// the data whatever model is behind the agent.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/spec/agent_spec.h"

namespace outpost::agents {

// The names in {braces}, in order. A brace that holds no name is an ordinary character.
std::vector<std::string> template_names(std::string_view text);

// Puts in the value of each {name}: of `row`, else of `arguments`, else nothing.
std::string fill_template(std::string_view text, const boost::json::object& row,
                          const boost::json::object& arguments);

// What is said about one row. REQUIRES: the last of `answers` has no condition.
std::string state_row(const std::vector<AnswerTemplate>& answers, const boost::json::object& row,
                      const boost::json::object& arguments);

// A tool's name as people write it: cancel_order is "cancel order".
std::string readable_name(std::string name);

// A value as people write it: no quotes, nothing for null.
std::string plain_text(const boost::json::value& value);

} // namespace outpost::agents
