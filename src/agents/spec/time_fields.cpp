#include "agents/spec/time_fields.h"

#include <optional>

namespace outpost::agents {
namespace {

using yaml::YamlFields;
using yaml::YamlNode;

// "09:30" as minutes.
std::optional<int> minutes_of(std::string_view text, int hours_most) {
  const auto digit = [&](std::size_t at) { return text[at] >= '0' && text[at] <= '9'; };
  if (text.size() != 5 || !digit(0) || !digit(1) || text[2] != ':' || !digit(3) || !digit(4)) {
    return std::nullopt;
  }
  const int hours = 10 * (text[0] - '0') + text[1] - '0';
  const int minutes = 10 * (text[3] - '0') + text[4] - '0';
  if (hours > hours_most || minutes > 59) return std::nullopt;
  return 60 * hours + minutes;
}

} // namespace

YamlFields::Reader offset_into(int& minutes, std::string_view origin) {
  return [&minutes, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(const std::string text, read_text(node, origin));
    const bool has_sign = !text.empty() && (text.front() == '+' || text.front() == '-');
    const auto offset = has_sign ? minutes_of(std::string_view(text).substr(1), 14) : std::nullopt;
    if (!offset) {
      return yaml_error(origin, node.place, "expected an offset such as \"+02:00\"");
    }
    minutes = text.front() == '-' ? -*offset : *offset;
    return {};
  };
}

YamlFields::Reader time_of_day_into(int& minutes, std::string_view origin) {
  return [&minutes, origin](const YamlNode& node) -> Status {
    OUTPOST_TRY(const std::string text, read_text(node, origin));
    const auto time = minutes_of(text, 24);
    if (!time || *time > 24 * 60) {
      return yaml_error(origin, node.place, "expected a time such as \"09:30\"");
    }
    minutes = *time;
    return {};
  };
}

} // namespace outpost::agents
