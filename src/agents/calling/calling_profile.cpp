#include "agents/calling/calling_profile.h"

#include <cmath>
#include <utility>

#include <fmt/format.h>

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::uint32_t kContextForExamples = 4096; // they take some 1,300 tokens

using Mechanism = std::pair<std::string_view, bool CallingProfile::*>;
constexpr std::array<Mechanism, 17> kMechanisms{{
    {"scores_names", &CallingProfile::scores_names},
    {"shows_examples", &CallingProfile::shows_examples},
    {"reads_state", &CallingProfile::reads_state},
    {"describes", &CallingProfile::describes},
    {"copies_text", &CallingProfile::copies_text},
    {"copies_numbers", &CallingProfile::copies_numbers},
    {"uses_cues", &CallingProfile::uses_cues},
    {"normalises", &CallingProfile::normalises},
    {"repairs_values", &CallingProfile::repairs_values},
    {"gates_optional", &CallingProfile::gates_optional},
    {"keeps_forms", &CallingProfile::keeps_forms},
    {"counts_calls", &CallingProfile::counts_calls},
    {"splits_requests", &CallingProfile::splits_requests},
    {"focuses", &CallingProfile::focuses},
    {"skips_certain", &CallingProfile::skips_certain},
    {"spreads_lists", &CallingProfile::spreads_lists},
    {"refuses", &CallingProfile::refuses},
}};

template <std::size_t N>
json::array list_of(const std::array<double, N>& values) {
  return json::array(values.begin(), values.end());
}

template <std::size_t N>
Status read_list(const json::object& object, std::string_view name, std::array<double, N>& out) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  const json::array* list = value->if_array();
  if (list == nullptr || list->size() != N) {
    return fail(ErrorCode::kCorruptData, fmt::format("'{}' must be {} numbers", name, N));
  }
  for (std::size_t i = 0; i < N; ++i) {
    if (!(*list)[i].is_number() || !std::isfinite((*list)[i].to_number<double>())) {
      return fail(ErrorCode::kCorruptData, fmt::format("'{}' must be {} numbers", name, N));
    }
    out[i] = (*list)[i].to_number<double>();
  }
  return {};
}

Status read_flag(const json::object& object, std::string_view name, bool& out) {
  const json::value* value = object.if_contains(name);
  if (value == nullptr) return {};
  if (!value->is_bool()) {
    return fail(ErrorCode::kCorruptData, fmt::format("'{}' must be true or false", name));
  }
  out = value->get_bool();
  return {};
}

json::array probes_json(const std::vector<StateProbe>& probes) {
  json::array out;
  for (const StateProbe& probe : probes) {
    out.push_back(json::object{{"scale", probe.scale}, {"codes", hex_of(probe.codes)}});
  }
  return out;
}

Status read_probes(const json::object& object, std::vector<StateProbe>& out) {
  const json::value* value = object.if_contains("probes");
  if (value == nullptr) return {};
  const auto wrong = fail(ErrorCode::kCorruptData,
                          fmt::format("'probes' must be {} objects of a scale and codes, alike in "
                                      "length",
                                      kCallProbes));
  const json::array* list = value->if_array();
  if (list == nullptr || list->size() != kCallProbes) return wrong;
  for (const json::value& item : *list) {
    const json::object* probe = item.if_object();
    const json::value* scale = probe == nullptr ? nullptr : probe->if_contains("scale");
    const json::value* codes = probe == nullptr ? nullptr : probe->if_contains("codes");
    if (scale == nullptr || !scale->is_number() || codes == nullptr || !codes->is_string()) {
      return wrong;
    }
    StateProbe read{.scale = static_cast<float>(scale->to_number<double>()), .codes = {}};
    OUTPOST_TRY(read.codes, codes_of(codes->get_string()));
    const bool fits = out.empty() || out.front().codes.size() == read.codes.size();
    if (!std::isfinite(read.scale) || read.codes.empty() || !fits) return wrong;
    out.push_back(std::move(read));
  }
  return {};
}

} // namespace

std::string_view to_string(CallSign sign) {
  switch (sign) {
  case CallSign::kBias: return "bias";
  case CallSign::kWords: return "words";
  case CallSign::kName: return "name";
  case CallSign::kRequired: return "required";
  case CallSign::kMissing: return "missing";
  case CallSign::kValues: return "values";
  case CallSign::kSurprise: return "surprise";
  case CallSign::kUnexplained: return "unexplained";
  case CallSign::kStrange: return "strange";
  case CallSign::kChannel: return "channel";
  case CallSign::kCalls: return "calls";
  case CallSign::kMargin: return "margin";
  case CallSign::kCountMargin: return "count_margin";
  case CallSign::kArguments: return "arguments";
  case CallSign::kInvented: return "invented";
  case CallSign::kNoteShare: return "note_share";
  case CallSign::kNoteWeight: return "note_weight";
  case CallSign::kFact: return "fact";
  case CallSign::kAdvice: return "advice";
  case CallSign::kUntold: return "untold";
  case CallSign::kDoubts: return "doubts";
  case CallSign::kRepeated: return "repeated";
  case CallSign::kNumbers: return "numbers";
  case CallSign::kNumbersLeft: return "numbers_left";
  case CallSign::kLeftOut: return "left_out";
  case CallSign::kNamedLeft: return "named_left";
  case CallSign::kUntoldWeight: return "untold_weight";
  case CallSign::kCount: break;
  }
  return "";
}

int direction_of(CallSign sign) {
  switch (sign) {
  case CallSign::kWords:
  case CallSign::kName:
  case CallSign::kRequired:
  case CallSign::kValues:
  case CallSign::kChannel:
  case CallSign::kMargin:
  case CallSign::kCountMargin:
  case CallSign::kNoteShare:
  case CallSign::kNoteWeight: return 1;
  case CallSign::kMissing:
  case CallSign::kStrange:
  case CallSign::kInvented:
  case CallSign::kAdvice:
  case CallSign::kUntold:
  case CallSign::kDoubts:
  case CallSign::kRepeated:
  case CallSign::kNumbersLeft:
  case CallSign::kLeftOut:
  case CallSign::kNamedLeft: return -1;
  case CallSign::kBias:
  case CallSign::kSurprise: // long drafts have unlikely tokens too
  case CallSign::kUnexplained:
  case CallSign::kCalls:
  case CallSign::kArguments:
  case CallSign::kFact:
  case CallSign::kNumbers:
  case CallSign::kUntoldWeight: // who tells much around a wish has a high share of it untold
  case CallSign::kCount: break;
  }
  return 0;
}

double logistic(const CallEvidence& evidence, const CallWeights& weights, CallProbe probe) {
  double sum = 0;
  if (evidence.state.size() == kCallProbes) sum = evidence.state[static_cast<std::size_t>(probe)];
  for (std::size_t i = 0; i < kCallSigns; ++i) sum += evidence.values()[i] * weights[i];
  return 1 / (1 + std::exp(-sum));
}

bool* find_mechanism(CallingProfile& profile, std::string_view name) {
  for (const auto& [known, member] : kMechanisms) {
    if (known == name) return &(profile.*member);
  }
  return nullptr;
}

const std::vector<std::string_view>& mechanism_names() {
  static const std::vector<std::string_view> names = [] {
    std::vector<std::string_view> all;
    all.reserve(kMechanisms.size());
    for (const auto& [name, member] : kMechanisms) all.push_back(name);
    return all;
  }();
  return names;
}

CallingProfile fitted_to(std::uint32_t context_tokens, const CallingProfile& profile) {
  CallingProfile fitted = profile;
  if (context_tokens < kContextForExamples) fitted.shows_examples = false;
  return fitted;
}

json::object to_json(const CallingProfile& profile) {
  json::object out{{"generates", profile.generates},
                   {"syntax", to_string(profile.syntax)},
                   {"tool", list_of(profile.tool)},
                   {"more", list_of(profile.more)},
                   {"examples", static_cast<std::int64_t>(profile.examples)},
                   {"due", list_of(profile.due)},
                   {"correct", list_of(profile.correct)}};
  if (!profile.probes.empty()) out["probes"] = probes_json(profile.probes);
  for (const auto& [name, member] : kMechanisms) out[name] = profile.*member;
  return out;
}

std::optional<std::size_t> example_count(const json::value& value) {
  const std::int64_t* count = value.if_int64();
  const bool is_count =
      count != nullptr && *count >= 0 && *count <= static_cast<std::int64_t>(kExamplesMax);
  return is_count ? std::optional(static_cast<std::size_t>(*count)) : std::nullopt;
}

Result<CallingProfile> read_profile(const json::value& value) {
  const json::object* object = value.if_object();
  if (object == nullptr) return fail(ErrorCode::kCorruptData, "a profile must be a JSON object");
  CallingProfile profile;
  OUTPOST_CHECK(read_flag(*object, "generates", profile.generates));
  for (const auto& [name, member] : kMechanisms) {
    OUTPOST_CHECK(read_flag(*object, name, profile.*member));
  }
  if (const json::value* syntax = object->if_contains("syntax")) {
    const auto known =
        syntax->is_string() ? parse_call_syntax(syntax->get_string()) : std::optional<CallSyntax>();
    if (!known) return fail(ErrorCode::kCorruptData, "'syntax' must be \"python\" or \"json\"");
    profile.syntax = *known;
  }
  if (const json::value* examples = object->if_contains("examples")) {
    const auto count = example_count(*examples);
    if (!count) {
      return fail(ErrorCode::kCorruptData,
                  fmt::format("'examples' must be a number from 0 to {}", kExamplesMax));
    }
    profile.examples = *count;
  }
  OUTPOST_CHECK(read_list(*object, "tool", profile.tool));
  OUTPOST_CHECK(read_list(*object, "more", profile.more));
  OUTPOST_CHECK(read_list(*object, "due", profile.due));
  OUTPOST_CHECK(read_list(*object, "correct", profile.correct));
  OUTPOST_CHECK(read_probes(*object, profile.probes));
  return profile;
}

} // namespace outpost::agents
