#include "engine/config.h"

#include <cstdio>

namespace outpost::engine {
namespace {

std::string line(const char* name, std::size_t bytes, const std::string& note) {
  char text[64];
  std::snprintf(text, sizeof text, "%-9s %9.1f MiB", name,
                static_cast<double>(bytes) / (1024.0 * 1024.0));
  return text + (note.empty() ? "" : "  " + note) + "\n";
}

} // namespace

std::string EnginePlan::describe() const {
  return line("weights", weights_bytes, "") +
         line("kv", kv_bytes,
              std::to_string(kv_tokens) + " tokens of " + std::to_string(kv_bytes_per_token) +
                  " bytes; one sequence up to " + std::to_string(context_tokens)) +
         line("decoder", decoder_bytes, "") + line("sampling", sampling_bytes, "") +
         line("in all", total_bytes(), "");
}

} // namespace outpost::engine
