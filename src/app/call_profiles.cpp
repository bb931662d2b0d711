#include "app/call_profiles.h"

#include <fstream>
#include <iterator>
#include <optional>
#include <system_error>
#include <utility>

#include "agents/calling/calling_model.h"
#include "base/checksum.h"
#include "chat/json_value.h"
#include "gguf/gguf.h"

namespace outpost::app {
namespace {

constexpr std::uint64_t kNormBytesMax = 1 << 20;

// The checksum of the weights of the last norm: see profile_for_model().
std::optional<std::uint64_t> mark_of(const std::filesystem::path& model_file) {
  const auto file = gguf::File::open(model_file);
  const gguf::TensorInfo* norm = file ? file->find_tensor("output_norm.weight") : nullptr;
  if (norm == nullptr || norm->size_bytes > kNormBytesMax) return std::nullopt;
  return checksum(file->data(*norm));
}

} // namespace

std::filesystem::path profile_path(const std::filesystem::path& model_file,
                                   const Environment& environment) {
  return environment.data_folder / "profiles" / (model_file.filename().string() + ".json");
}

agents::CallingProfile default_profile(const std::filesystem::path& model_file) {
  std::error_code unknown;
  const auto bytes = std::filesystem::file_size(model_file, unknown);
  if (unknown) return agents::profile_for_model(0, 0);
  return agents::profile_for_model(bytes, mark_of(model_file).value_or(0));
}

Result<agents::CallingProfile> load_profile(const std::filesystem::path& model_file,
                                            const Environment& environment) {
  const std::filesystem::path path = profile_path(model_file, environment);
  std::ifstream in(path);
  if (!in) return default_profile(model_file);
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
