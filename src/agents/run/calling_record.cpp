#include "agents/run/calling_record.h"

#include <cmath>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "agents/run/record_text.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::size_t kFields = 6; // and, in records of this version, kExamples; kProbes, if any
constexpr std::string_view kExamples = "examples";
constexpr std::string_view kProbes = "probes";
constexpr std::size_t kNumberBytesMax = 32; // the longest double that reads back exactly has 24
constexpr std::string_view kGenerates = "generates";

tl::unexpected<Error> wrong(const std::string& what) {
  return fail(ErrorCode::kCorruptData, "the recorded calling profile " + what);
}

template <std::size_t N>
json::array texts_of(const std::array<double, N>& values) {
  json::array texts;
  for (const double value : values) texts.emplace_back(exact_text(value));
  return texts;
}

std::optional<double> weight_in(const json::value& value) {
  const json::string* text = value.if_string();
  if (text == nullptr || text->size() > kNumberBytesMax) return std::nullopt;
  const auto number = exact_number(*text);
  return number && std::isfinite(*number) ? number : std::nullopt;
}

template <std::size_t N>
Status read_weights(const json::object& object, std::string_view name, std::array<double, N>& out) {
  const json::array list = array_in(object, name);
  bool is_right = list.size() == N;
  for (std::size_t i = 0; is_right && i < N; ++i) {
    const auto weight = weight_in(list[i]);
    is_right = weight.has_value();
    out[i] = weight.value_or(0);
  }
  if (is_right) return {};
  return wrong(fmt::format("needs {} numbers as texts for '{}'", N, name));
}

Status read_mechanisms(const json::object& object, CallingProfile& profile) {
  profile.generates = false;
  for (const std::string_view name : mechanism_names()) *find_mechanism(profile, name) = false;
  const json::value* list = object.if_contains("on");
  if (list == nullptr || !list->is_array() ||
      list->get_array().size() > mechanism_names().size() + 1) {
    return wrong("needs a list of mechanisms for 'on'");
  }
  for (const json::value& item : list->get_array()) {
    const std::string name = item.is_string() ? std::string(item.get_string()) : std::string();
    bool* mechanism = name == kGenerates ? &profile.generates : find_mechanism(profile, name);
    if (mechanism == nullptr) {
      return wrong("has '" + name.substr(0, 64) + "' on, which is no mechanism here");
    }
    *mechanism = true;
  }
  return {};
}

// Records that do not say it are of when there was one number.
Status read_examples(const json::object& object, CallingProfile& profile) {
  const json::value* value = object.if_contains(kExamples);
  if (value == nullptr) return {};
  const auto count = example_count(*value);
  if (!count) {
    return wrong(fmt::format("needs a number from 0 to {} for '{}'", kExamplesMax, kExamples));
  }
  profile.examples = *count;
  return {};
}

json::array probes_record(const std::vector<StateProbe>& probes) {
  json::array out;
  for (const StateProbe& probe : probes) {
    out.push_back(json::object{{"scale", exact_text(probe.scale)}, {"codes", hex_of(probe.codes)}});
  }
  return out;
}

Status read_probes(const json::object& object, CallingProfile& profile) {
  if (!object.contains(kProbes)) return {};
  for (const json::value& item : array_in(object, kProbes)) {
    const auto scale =
        item.is_object() ? exact_number(text_in(item.get_object(), "scale")) : std::nullopt;
    if (!scale || !std::isfinite(*scale)) return wrong("needs a scale for each of its probes");
    StateProbe probe{.scale = static_cast<float>(*scale), .codes = {}};
    OUTPOST_TRY(probe.codes, codes_of(text_in(item.get_object(), "codes")));
    profile.probes.push_back(std::move(probe));
  }
  if (profile.probes.size() == kCallProbes) return {};
  return wrong(fmt::format("needs {} probes", kCallProbes));
}

} // namespace

json::object calling_record(const CallingProfile& profile) {
  CallingProfile copy = profile; // find_mechanism() lets its caller switch
  json::array on;
  if (profile.generates) on.emplace_back(kGenerates);
  for (const std::string_view name : mechanism_names()) {
    if (*find_mechanism(copy, name)) on.emplace_back(name);
  }
  json::object out{{"syntax", to_string(profile.syntax)},
                   {"on", std::move(on)},
                   {kExamples, static_cast<std::int64_t>(profile.examples)},
                   {"tool", texts_of(profile.tool)},
                   {"more", texts_of(profile.more)},
                   {"due", texts_of(profile.due)},
                   {"correct", texts_of(profile.correct)}};
  if (!profile.probes.empty()) out[kProbes] = probes_record(profile.probes);
  return out;
}

Result<CallingProfile> read_calling_record(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return wrong("is no JSON object");
  CallingProfile profile;
  const auto syntax = parse_call_syntax(text_in(*object, "syntax"));
  if (!syntax) return wrong("needs \"python\" or \"json\" for 'syntax'");
  profile.syntax = *syntax;
  OUTPOST_CHECK(read_mechanisms(*object, profile));
  OUTPOST_CHECK(read_weights(*object, "tool", profile.tool));
  OUTPOST_CHECK(read_weights(*object, "more", profile.more));
  OUTPOST_CHECK(read_weights(*object, "due", profile.due));
  OUTPOST_CHECK(read_weights(*object, "correct", profile.correct));
  OUTPOST_CHECK(read_examples(*object, profile));
  OUTPOST_CHECK(read_probes(*object, profile));
  const std::size_t fields =
      kFields + (object->contains(kExamples) ? 1 : 0) + (object->contains(kProbes) ? 1 : 0);
  if (object->size() != fields) return wrong("has a field that is unknown here");
  return profile;
}

} // namespace outpost::agents
