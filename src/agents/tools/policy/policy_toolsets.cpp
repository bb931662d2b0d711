#include "agents/tools/policy/policy_toolsets.h"

#include <algorithm>
#include <span>
#include <tuple>

#include "base/base64.h"
#include "chat/json_value.h"
#include "net/url.h"

namespace outpost::agents {
namespace {

namespace json = boost::json;

constexpr std::string_view kRedacted = "[redacted]";

std::string hexadecimal(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (const char c : text) {
    out += kDigits[static_cast<unsigned char>(c) >> 4U];
    out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

// Base64 without its last characters, which depend on what follows.
std::string base64_beginning(std::string_view text) {
  return base64(std::as_bytes(std::span(text.substr(0, text.size() / 3 * 3))));
}

bool holds_any(const std::vector<std::string>& forms, std::string_view text) {
  return std::any_of(forms.begin(), forms.end(), [&](const std::string& form) {
    return text.find(form) != std::string_view::npos;
  });
}

} // namespace

RedactionToolset::RedactionToolset(Toolset& inner, const std::vector<std::string>& secrets)
    : WrapperToolset(inner) {
  for (const std::string& secret : secrets) {
    if (secret.size() < kSecretBytesMin) continue;
    for (std::string form : {secret, net::percent_encode(secret), hexadecimal(secret),
                             base64_beginning(secret), chat::json_text(json::string(secret))}) {
      if (form.starts_with('"')) form = form.substr(1, form.size() - 2);
      forms_.push_back(std::move(form));
    }
  }
  std::sort(forms_.begin(), forms_.end(), [](const std::string& a, const std::string& b) {
    return std::make_tuple(b.size(), std::cref(a)) < std::make_tuple(a.size(), std::cref(b));
  });
}

std::string RedactionToolset::redacted(std::string text) const {
  for (const std::string& form : forms_) {
    for (std::size_t at = 0; (at = text.find(form, at)) != std::string::npos;) {
      text.replace(at, form.size(), kRedacted);
      at += kRedacted.size();
    }
  }
  return text;
}

// Depth is bounded by whoever made the value: parse_json or a toolset.
void RedactionToolset::redact(json::value& value) const {
  if (json::string* text = value.if_string()) {
    *text = redacted(std::string(*text));
  } else if (json::array* array = value.if_array()) {
    for (json::value& item : *array) redact(item);
  } else if (json::object* object = value.if_object()) {
    json::object clean;
    for (auto& [key, member] : *object) {
      redact(member);
      clean[redacted(std::string(key))] = std::move(member);
    }
    *object = std::move(clean);
  }
}

Result<ToolResult> RedactionToolset::call(const Call& call, const CallContext& context) {
  if (holds_any(forms_, chat::json_text(call.arguments))) {
    return fail(ErrorCode::kPermissionDenied,
                "an argument of '" + call.tool.substr(0, 64) + "' holds a secret");
  }
  auto result = WrapperToolset::call(call, context);
  if (!result) {
    Error error = result.error();
    error.message = redacted(std::move(error.message));
    return fail(std::move(error));
  }
  result->statement = redacted(std::move(result->statement));
  redact(result->content);
  return result;
}

Result<ToolResult> RetryToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  const bool is_safe = tool != nullptr && tool->effect == Effect::kRead;
  for (int attempt = 1;; ++attempt) {
    auto result = WrapperToolset::call(call, context);
    if (result) return result;
    const ErrorCode code = result.error().code;
    const bool may_pass = code == ErrorCode::kUnavailable || code == ErrorCode::kTimeout;
    if (!is_safe || !may_pass || attempt >= attempts_ || context.cancel.cancelled()) return result;
    wait_(attempt);
  }
}

Result<ToolResult> LocalOnlyToolset::call(const Call& call, const CallContext& context) {
  OUTPOST_TRY(ToolResult result, WrapperToolset::call(call, context));
  if (std::find(names_.begin(), names_.end(), call.tool) != names_.end()) {
    result.label.confidentiality = chat::Confidentiality::kLocalOnly;
  }
  return result;
}

Result<ToolResult> EgressToolset::call(const Call& call, const CallContext& context) {
  if (context.label.confidentiality == chat::Confidentiality::kLocalOnly) {
    return fail(ErrorCode::kPermissionDenied,
                "'" + call.tool +
                    "' was not called: it reaches beyond this machine, and what it "
                    "was to be given must stay here",
                "`local_only:` of the agent file says what");
  }
  return WrapperToolset::call(call, context);
}

Result<ToolResult> AuditToolset::call(const Call& call, const CallContext& context) {
  const Tool* tool = find_tool(*this, call.tool);
  AuditEntry entry{context.principal.value, call.id, call.tool,
                   tool == nullptr ? Effect::kIrreversible : tool->effect, "asked"};
  if (const Status recorded = record_(entry); !recorded) {
    return fail(ErrorCode::kUnavailable,
                "the call was not made because it could not be recorded: " +
                    recorded.error().message);
  }
  auto result = WrapperToolset::call(call, context);
  entry.outcome = result ? to_string(result->outcome) : to_string(result.error().code);
  OUTPOST_CHECK(record_(entry));
  return result;
}

} // namespace outpost::agents
