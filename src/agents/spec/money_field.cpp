#include "agents/spec/money_field.h"

#include <cmath>

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

constexpr double kMoneyMost = 1e6; // whole units; a price beyond it is a slip

} // namespace

YamlFields::Reader money_into(Money& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(const double units, read_number(node, origin));
    if (!(units >= 0 && units <= kMoneyMost)) {
      return yaml_error(origin, node.place, "an amount of money is from 0 to 1000000");
    }
    into.billionths = std::llround(units * 1e9);
    return {};
  };
}

YamlFields::Reader money_into(std::optional<Money>& into, std::string_view origin) {
  return [&into, origin](const YamlNode& node) -> Status {
    Money money;
    OUTPOST_CHECK(money_into(money, origin)(node));
    into = money;
    return {};
  };
}

} // namespace outpost::agents
