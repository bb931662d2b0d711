// A chat template of any bytes, with variables of any bytes after a zero byte (without one, those
// of a conversation with tools): compiled and rendered, or refused with a message, within its
// limits.
#include <cstdint>
#include <string_view>

#include "base/assert.h"
#include "prompt/template_renderer.h"

namespace {

constexpr std::string_view kConversation =
    R"({"messages": [{"role": "system", "content": "S"}, {"role": "user", "content": "a\n<b>é"},
  {"role": "assistant", "content": "", "tool_calls": [{"id": "call00001", "type": "function",
    "function": {"name": "f", "arguments": {"x": 1.5, "y": [null, true]}}}]},
  {"role": "tool", "tool_call_id": "call00001", "name": "f", "content": "7"}],
  "tools": [{"type": "function", "function": {"name": "f", "description": "d", "parameters":
    {"type": "object", "properties": {"x": {"type": "number"}}}}}],
  "add_generation_prompt": true, "bos_token": "<s>", "eos_token": "</s>"})";

// Small, so that a template which goes to its limits is done soon. One that is out of memory leaves
// a stopped thread with that memory behind, so a run of many minutes wants a new process at times.
constexpr outpost::prompt::TemplateLimits kLimits = {.source_bytes_max = 8192,
                                                     .context_bytes_max = 8192,
                                                     .output_bytes_max = 1u << 16,
                                                     .fuel = 5'000,
                                                     .recursion_max = 20,
                                                     .memory_bytes_max = 1u << 19,
                                                     .milliseconds_max = 5'000};
constexpr std::int64_t kNowMs = 1'763'726'405'000;

void check(const outpost::Error& error) {
  OUTPOST_ASSERT(error.code != outpost::ErrorCode::kInternal); // a panic behind the bridge
  OUTPOST_ASSERT(!error.message.empty());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const std::size_t end = input.find('\0');
  const std::string_view source = input.substr(0, end);
  const auto compiled = outpost::prompt::compile_template(source, kLimits);
  if (!compiled) {
    check(compiled.error());
    return 0;
  }
  const std::string_view variables =
      end == std::string_view::npos ? kConversation : input.substr(end + 1);
  const auto text = (*compiled)->render(variables, kNowMs);
  if (!text) {
    check(text.error());
    return 0;
  }
  OUTPOST_ASSERT(text->size() <= kLimits.output_bytes_max);
  return 0;
}
