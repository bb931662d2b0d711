#include "app/config/tools_file.h"

#include "api/fields.h"
#include "api/tool_fields.h"
#include "catalog/disk.h"

namespace outpost::app {

Result<std::vector<chat::ToolDefinition>> read_tools_file(const std::filesystem::path& path) {
  constexpr std::size_t kBytesMax = std::size_t{1} << 20;
  OUTPOST_TRY(const std::string text, catalog::read_small_file(path, kBytesMax));
  auto prompt = api::read_body<chat::Prompt>(
      R"({"tools": )" + text + "}",
      [](api::Fields& fields, chat::Prompt& into) { api::read_function_tools(fields, into); });
  if (prompt) return std::move(prompt->tools);
  return fail(ErrorCode::kInvalidArgument,
              path.string() + ": " + prompt.error().parameter + " " + prompt.error().message);
}

} // namespace outpost::app
