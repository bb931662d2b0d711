// Tools from C++ in a few lines:
//
//   FunctionToolset tools;
//   tools.add({.name = "roll", .description = "Rolls a die",
//              .parameters = {whole_number("sides", "how many sides it has", 2, 100)}},
//             [&](const Arguments& arguments, const CallContext&) -> Result<boost::json::value> {
//               const auto sides = static_cast<std::uint32_t>(*arguments.integer("sides"));
//               return boost::json::value(1 + random.next_below(sides));
//             });
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json.hpp>

#include "agents/tools/toolset.h"

namespace outpost::agents {

// The arguments of a call by name and type; nothing when absent or of another type.
class Arguments {
public:
  explicit Arguments(const boost::json::object& values) : values_(values) {}
  [[nodiscard]] std::optional<std::string> text(std::string_view name) const;
  [[nodiscard]] std::optional<std::int64_t> integer(std::string_view name) const;
  [[nodiscard]] std::optional<double> number(std::string_view name) const;
  [[nodiscard]] std::optional<bool> flag(std::string_view name) const;
  [[nodiscard]] const boost::json::object& all() const { return values_; }

private:
  const boost::json::object& values_;
};

// Parameters in words. All are compulsory; optional() makes one that is not.
Parameter words(std::string name, std::string description);
Parameter whole_number(std::string name, std::string description,
                       std::optional<double> minimum = {}, std::optional<double> maximum = {});
Parameter decimal_number(std::string name, std::string description);
Parameter yes_or_no(std::string name, std::string description);
Parameter one_of(std::string name, std::string description, std::vector<std::string> choices);
Parameter optional(Parameter parameter);

class FunctionToolset final : public Toolset {
public:
  // What the tool gives back. A text is what is said; of an object the member "say", if it has one.
  using Function =
      std::function<Result<boost::json::value>(const Arguments& arguments, const CallContext&)>;

  // REQUIRES: no other tool has the name. A tool with an `input_schema` gets its arguments checked
  // against it, one with `parameters` against their kinds.
  FunctionToolset& add(Tool tool, Function function);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  std::vector<Tool> tools_;
  std::vector<Function> functions_; // one for each tool
};

} // namespace outpost::agents
