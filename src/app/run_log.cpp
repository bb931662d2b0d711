#include "app/run_log.h"

#include <system_error>

namespace outpost::app {

Result<agents::RunLog> open_run_log(const Environment& environment) {
  std::error_code error;
  std::filesystem::create_directories(environment.data_folder, error);
  if (error) {
    return fail(ErrorCode::kIo, "cannot make the folder '" + environment.data_folder.string() +
                                    "': " + error.message());
  }
  return agents::RunLog::open(environment.data_folder / "runs.sqlite");
}

} // namespace outpost::app
