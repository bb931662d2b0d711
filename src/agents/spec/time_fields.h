// Times of day and offsets in agent files.
#pragma once
#include <string_view>

#include "yaml/yaml_reader.h"

namespace outpost::agents {

// "+02:00", "-05:30" as minutes east of Greenwich. What is read into outlives the reader.
yaml::YamlFields::Reader offset_into(int& minutes, std::string_view origin);

// "09:30" as minutes after midnight; "24:00" is the day's end.
yaml::YamlFields::Reader time_of_day_into(int& minutes, std::string_view origin);

} // namespace outpost::agents
