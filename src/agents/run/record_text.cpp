#include "agents/run/record_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "chat/json_value.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

// The enumerator of that name; the last one where it is none.
template <class Enum, std::size_t N>
Enum named(std::string_view name, const std::array<Enum, N>& all) {
  for (const Enum one : all) {
    if (to_string(one) == name) return one;
  }
  return all.back();
}

} // namespace

std::string text_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::int64_t integer_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  if (value == nullptr) return 0;
  if (value->is_int64()) return value->get_int64();
  if (!value->is_uint64()) return 0;
  return static_cast<std::int64_t>(std::min(
      value->get_uint64(), static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())));
}

json::object object_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_object() ? value->get_object() : json::object();
}

json::array array_in(const json::object& object, std::string_view key) {
  const json::value* value = object.if_contains(key);
  return value != nullptr && value->is_array() ? value->get_array() : json::array();
}

std::string exact_text(double value) { return fmt::format("{}", value); }

std::optional<double> exact_number(std::string_view text) {
  double number = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool is_whole = read.ec == std::errc() && read.ptr == text.data() + text.size();
  return is_whole ? std::optional(number) : std::nullopt;
}

Result<json::object> body_of(const StoredEvent& event) {
  OUTPOST_TRY(json::value value, chat::parse_json(event.body, {.bytes = 64U << 20U}));
  if (!value.is_object()) {
    return fail(ErrorCode::kCorruptData,
                "event " + std::to_string(event.sequence) + " has no object for a body");
  }
  return std::move(value.get_object());
}

chat::Label label_of(const StoredEvent& event) {
  using S = chat::Source;
  using T = chat::Trust;
  using C = chat::Confidentiality;
  const auto value = chat::parse_json(event.label);
  if (!value || !value->is_object()) return {S::kPeer, {}, T::kUntrusted, C::kLocalOnly};
  const json::object& label = value->get_object();
  return {named<S>(text_in(label, "source"), std::array{S::kOperator, S::kUser, S::kModel, S::kTool,
                                                        S::kMemory, S::kFile, S::kPeer}),
          text_in(label, "origin"),
          named<T>(text_in(label, "trust"), std::array{T::kOperator, T::kUser, T::kUntrusted}),
          named<C>(text_in(label, "confidentiality"),
                   std::array{C::kPublic, C::kInternal, C::kPersonal, C::kLocalOnly})};
}

ErrorCode error_code_of(std::string_view name) {
  using enum ErrorCode;
  return named<ErrorCode>(name,
                          std::array{kInvalidArgument, kNotFound, kCorruptData, kUnsupported,
                                     kLimitExceeded, kConflict, kPermissionDenied, kUnavailable,
                                     kResourceExhausted, kTimeout, kCancelled, kIo, kInternal});
}

std::chrono::milliseconds working_time(const std::vector<StoredEvent>& record) {
  std::int64_t total = 0;
  for (std::size_t i = 1; i < record.size(); ++i) {
    if (record[i - 1].kind == "run_waiting") continue;
    total += std::max<std::int64_t>(0, record[i].time_ms - record[i - 1].time_ms);
  }
  return std::chrono::milliseconds(total);
}

} // namespace outpost::agents
