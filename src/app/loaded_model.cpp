#include "app/loaded_model.h"

#include <algorithm>
#include <utility>

#include "platform/cpu.h"

namespace outpost::app {
namespace {

constexpr unsigned kThreadsMax = 256;

// Files of the catalogue are named by their digest, and have their name since they were verified.
std::string verified_digest(const std::filesystem::path& path, const Environment& environment) {
  const std::string name = path.filename().string();
  const bool is_blob = path.parent_path() == environment.data_folder / "blobs";
  return is_blob && name.starts_with("sha256-") ? name : std::string();
}

} // namespace

Result<std::unique_ptr<platform::Workers>> make_workers(unsigned threads,
                                                        platform::CoreTurns* turns) {
  if (threads > kThreadsMax) {
    return fail(ErrorCode::kInvalidArgument,
                std::to_string(threads) + " threads are more than " + std::to_string(kThreadsMax));
  }
  std::vector<int> cores = platform::usable_cores();
  const auto usable = static_cast<unsigned>(cores.size());
  return std::make_unique<platform::Workers>(threads == 0 ? usable : threads, std::move(cores),
                                             turns);
}

Result<LoadedModel> load_model(const std::filesystem::path& path, const LoadSettings& settings,
                               const Environment& environment) {
  OUTPOST_TRY(gguf::File file, gguf::File::open(path));
  OUTPOST_TRY(auto tokenizer, text::Tokenizer::load(file));
  OUTPOST_TRY(const auto kernels,
              kernels::select_kernels(platform::cpu_features(), environment.forced_isa));
  OUTPOST_TRY(auto workers, make_workers(settings.threads, settings.turns));
  models::LoadOptions options;
  options.precise = settings.precise;
  if (!environment.data_folder.empty()) { // else nothing is kept
    options.packed = {environment.data_folder / "packed", verified_digest(path, environment)};
  }
  OUTPOST_TRY(auto model, models::Model::load(file, options, kernels, *workers));
  return LoadedModel{std::move(file), std::move(tokenizer), kernels, std::move(workers),
                     std::move(model)};
}

Result<Workbench> make_workbench(const LoadedModel& loaded, std::uint32_t sequences,
                                 std::uint32_t tokens_each, const models::DecoderLimits& limits) {
  const models::Model& model = *loaded.model;
  models::KvShape shape;
  shape.layer_count = model.layer_count();
  shape.kv_head_count = model.kv_head_count();
  shape.head_size = model.head_size();
  shape.type = model.is_precise() ? kernels::KvType::kF32 : kernels::KvType::kFixed;
  const std::uint32_t pages_each = (tokens_each + kernels::kPageTokens - 1) / kernels::kPageTokens;
  OUTPOST_TRY(models::KvArena arena, models::KvArena::make(shape, sequences * pages_each));
  auto kv = std::make_unique<models::KvArena>(std::move(arena));
  OUTPOST_TRY(auto decoder, models::Decoder::make(model, *kv, *loaded.workers, limits));
  return Workbench{std::move(kv), std::move(decoder)};
}

} // namespace outpost::app
