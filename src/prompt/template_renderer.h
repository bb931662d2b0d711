// Chat templates: Jinja programs that come inside model files, so hostile ones are expected.
// Rendered by minijinja under limits, set up as the transformers package sets Jinja2 up
// (trim_blocks, lstrip_blocks, loop controls, tojson as json.dumps with order kept and no HTML
// escapes, raise_exception, strftime_now), and to the same bytes.
#pragma once
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"

namespace outpost::prompt {

struct TemplateLimits {
  std::size_t source_bytes_max = 1u << 20;
  std::size_t context_bytes_max = 64u << 20;
  std::size_t output_bytes_max = 64u << 20;
  std::uint64_t fuel = 50'000'000;   // instructions of the template machine
  std::uint32_t recursion_max = 100; // of macros and includes
  // Held at once: a few lines can double a string forty times. At least what a large context needs.
  std::uint64_t memory_bytes_max = 512u << 20;
  std::uint32_t milliseconds_max = 10'000;
};

// One compiled template. Immutable; render() may be called from any thread.
class TemplateRenderer {
public:
  virtual ~TemplateRenderer() = default;
  // `context_json`: an object whose members are the template's variables (messages, tools,
  // add_generation_prompt, bos_token, ...). `now_ms` is what strftime_now tells (UTC). Errors:
  // kInvalidArgument (the template raised an exception, with its text, or uses what is not there),
  // kLimitExceeded (fuel, recursion, size).
  [[nodiscard]] virtual Result<std::string> render(std::string_view context_json,
                                                   std::int64_t now_ms) const = 0;
};

// kInvalidArgument with the line for a template that does not compile, kLimitExceeded beyond the
// limits.
Result<std::unique_ptr<TemplateRenderer>> compile_template(std::string_view source,
                                                           const TemplateLimits& limits = {});

} // namespace outpost::prompt
