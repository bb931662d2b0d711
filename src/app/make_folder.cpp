#include "app/make_folder.h"

#include <system_error>

namespace outpost::app {

Status make_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (!error) return {};
  return fail(ErrorCode::kIo,
              "cannot make the folder '" + folder.string() + "': " + error.message());
}

} // namespace outpost::app
