#include "app/model_place.h"

#ifdef OUTPOST_ENGINE_ONLY
#include <system_error>
#else
#include "app/model_store.h"
#endif

namespace outpost::app {

#ifdef OUTPOST_ENGINE_ONLY
Result<std::filesystem::path> model_file(const std::string& model, const Environment&) {
  std::error_code error;
  if (std::filesystem::exists(model, error)) return std::filesystem::path(model);
  return fail(ErrorCode::kNotFound, "there is no file '" + model + "'",
              "this build has no catalogue: name a GGUF file");
}
#else
Result<std::filesystem::path> model_file(const std::string& model, const Environment& environment) {
  return ModelStore(environment).catalog().resolve(model);
}
#endif

} // namespace outpost::app
