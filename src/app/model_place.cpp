#include "app/model_place.h"

#include <system_error>

namespace outpost::app {

Result<std::filesystem::path> model_file(const std::string& model, const Environment&) {
  std::error_code error;
  if (std::filesystem::exists(model, error)) return std::filesystem::path(model);
  return fail(ErrorCode::kNotFound, "there is no model '" + model + "'", "name a GGUF file");
}

} // namespace outpost::app
