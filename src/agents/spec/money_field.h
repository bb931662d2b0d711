// Amounts of money in agent files: 0.05, in the currency that prices are given in.
#pragma once
#include <optional>
#include <string_view>

#include "agents/ledger/money.h"
#include "yaml/yaml_reader.h"

namespace outpost::agents {

// Readers for YamlFields; from 0 to 1,000,000 whole units. What is read into outlives them.
yaml::YamlFields::Reader money_into(Money& into, std::string_view origin);
yaml::YamlFields::Reader money_into(std::optional<Money>& into, std::string_view origin);

} // namespace outpost::agents
