#include "yaml/yaml_units.h"

#include <charconv>
#include <limits>
#include <optional>
#include <span>

#include "yaml/yaml_reader.h"

namespace outpost::yaml {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t factor;
};

constexpr Unit kBytes[] = {{"", 1},
                           {"B", 1},
                           {"KiB", 1ULL << 10},
                           {"MiB", 1ULL << 20},
                           {"GiB", 1ULL << 30},
                           {"TiB", 1ULL << 40},
                           {"KB", 1'000},
                           {"MB", 1'000'000},
                           {"GB", 1'000'000'000},
                           {"TB", 1'000'000'000'000}};
constexpr Unit kMilliseconds[] = {
    {"ms", 1}, {"s", 1'000}, {"min", 60'000}, {"h", 3'600'000}, {"d", 86'400'000}};
constexpr std::uint64_t kDaysMax = 3650;

// Number, spaces, unit; nothing when it is written otherwise or is too large.
std::optional<std::uint64_t> amount(std::string_view text, std::span<const Unit> units) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{}) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  while (text.starts_with(' ')) text.remove_prefix(1);
  for (const Unit& unit : units) {
    if (unit.name != text) continue;
    if (number > std::numeric_limits<std::uint64_t>::max() / unit.factor) return std::nullopt;
    return number * unit.factor;
  }
  return std::nullopt;
}

} // namespace

Result<std::uint64_t> read_bytes(const YamlNode& node, std::string_view origin) {
  OUTPOST_TRY(const std::string text, read_text(node, origin));
  if (const auto bytes = amount(text, kBytes)) return *bytes;
  return yaml_error(origin, node.place, "'" + text + "' is no size", "write 512 MiB or 8 GiB");
}

Result<std::chrono::milliseconds> read_duration(const YamlNode& node, std::string_view origin) {
  OUTPOST_TRY(const std::string text, read_text(node, origin));
  const auto value = amount(text, kMilliseconds);
  if (value && *value <= kDaysMax * 86'400'000) return std::chrono::milliseconds(*value);
  return yaml_error(origin, node.place, "'" + text + "' is no time",
                    "write 90 s, 10 min or 2 h, up to 3650 d");
}

} // namespace outpost::yaml
