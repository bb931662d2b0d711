#include "app/call_profiles.h"

#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "agents/calling/calling_model.h"
#include "chat/json_value.h"

namespace outpost::app {

std::filesystem::path profile_path(const std::filesystem::path& model_file,
                                   const Environment& environment) {
  return environment.data_folder / "profiles" / (model_file.filename().string() + ".json");
}

Result<agents::CallingProfile> load_profile(const std::filesystem::path& model_file,
                                            const Environment& environment) {
  const std::filesystem::path path = profile_path(model_file, environment);
  std::ifstream in(path);
  if (!in) {
    std::error_code unknown;
    const auto bytes = std::filesystem::file_size(model_file, unknown);
    return agents::profile_for_size(unknown ? 0 : bytes);
  }
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto json = chat::parse_json(text);
  auto profile =
      json ? agents::read_profile(*json) : Result<agents::CallingProfile>(fail(json.error()));
  if (!profile) {
    return fail(profile.error().code, path.string() + ": " + profile.error().message,
                "outpost profile writes it anew");
  }
  return profile;
}

Status save_profile(const agents::CallingProfile& profile, const std::filesystem::path& model_file,
                    const Environment& environment) {
  const std::filesystem::path path = profile_path(model_file, environment);
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  const std::filesystem::path fresh = path.string() + ".new";
  {
    std::ofstream out(fresh);
    out << chat::json_text(agents::to_json(profile)) << "\n";
    if (!out.flush()) return fail(ErrorCode::kIo, "cannot write " + fresh.string());
  }
  std::filesystem::rename(fresh, path, error);
  if (error) return fail(ErrorCode::kIo, "cannot write " + path.string() + ": " + error.message());
  return {};
}

Result<std::unique_ptr<chat::ChatModel>> with_planned_calls(std::unique_ptr<chat::ChatModel> model,
                                                            const std::filesystem::path& model_file,
                                                            const Environment& environment) {
  OUTPOST_TRY(const agents::CallingProfile profile, load_profile(model_file, environment));
  return std::make_unique<agents::CallingModel>(std::move(model), profile);
}

} // namespace outpost::app
