#include "prompt/template_renderer.h"

#include <outpost_bridge.h>

#include <fmt/format.h>

namespace outpost::prompt {
namespace {

struct BridgeFree {
  void operator()(outpost_template* compiled) const { outpost_template_free(compiled); }
  void operator()(outpost_text* text) const { outpost_text_free(text); }
};
using TextHandle = std::unique_ptr<outpost_text, BridgeFree>;

outpost_bytes to_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}

std::string text_of(const TextHandle& text) {
  if (text == nullptr) return {};
  const outpost_bytes bytes = outpost_text_bytes(text.get());
  return {reinterpret_cast<const char*>(bytes.data), bytes.size};
}

// `call(&error)`, with what it says as a Status; takes the message's ownership.
template <class Call>
Status checked(Call&& call) {
  outpost_text* raw_error = nullptr;
  const outpost_bridge_status status = call(&raw_error);
  const TextHandle error(raw_error);
  if (status == OUTPOST_BRIDGE_OK) return {};
  const ErrorCode code = status == OUTPOST_BRIDGE_INVALID ? ErrorCode::kInvalidArgument
                         : status == OUTPOST_BRIDGE_LIMIT ? ErrorCode::kLimitExceeded
                                                          : ErrorCode::kInternal;
  return fail(code, "chat template: " + text_of(error));
}

class MinijinjaTemplate final : public TemplateRenderer {
public:
  MinijinjaTemplate(outpost_template* compiled, const TemplateLimits& limits)
      : compiled_(compiled), limits_(limits) {}

  [[nodiscard]] Result<std::string> render(std::string_view context_json,
                                           std::int64_t now_ms) const override {
    if (context_json.size() > limits_.context_bytes_max) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("chat template: {} bytes of messages and tools are more than {}",
                              context_json.size(), limits_.context_bytes_max));
    }
    outpost_text* raw_text = nullptr;
    OUTPOST_CHECK(checked([&](outpost_text** error) {
      return outpost_template_render(compiled_.get(), to_bytes(context_json), now_ms, &raw_text,
                                     error);
    }));
    return text_of(TextHandle(raw_text));
  }

private:
  std::unique_ptr<outpost_template, BridgeFree> compiled_;
  TemplateLimits limits_;
};

} // namespace

Result<std::unique_ptr<TemplateRenderer>> compile_template(std::string_view source,
                                                           const TemplateLimits& limits) {
  if (source.size() > limits.source_bytes_max) {
    return fail(ErrorCode::kLimitExceeded, fmt::format("chat template: {} bytes are more than {}",
                                                       source.size(), limits.source_bytes_max));
  }
  const outpost_template_limits bridge_limits = {limits.fuel, limits.recursion_max,
                                                 limits.output_bytes_max, limits.memory_bytes_max,
                                                 limits.milliseconds_max};
  outpost_template* compiled = nullptr;
  OUTPOST_CHECK(checked([&](outpost_text** error) {
    return outpost_template_new(to_bytes(source), &bridge_limits, &compiled, error);
  }));
  return std::make_unique<MinijinjaTemplate>(compiled, limits);
}

} // namespace outpost::prompt
