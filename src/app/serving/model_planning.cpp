#include "app/serving/model_planning.h"

#include <algorithm>

#include <fmt/format.h>

#include "platform/cpu.h"

namespace outpost::app {
namespace {

// Left to the rest of the process and the machine when nobody says how much memory to take.
constexpr std::size_t kReserveMin = std::size_t{256} << 20;
constexpr std::size_t kReserveShare = 4;
// Code, libraries, threads and requests beside the models. Measured with SmolLM2-135M under ten
// times the load it carries, 64 answers at work and 750 requests waiting for 60 s: 969 MiB
// resident, 888 of them the model's plan.
constexpr std::size_t kProgramBytes = std::size_t{96} << 20;

} // namespace

std::size_t memory_budget(const ServerConfig& config) {
  if (config.memory_bytes != 0) return config.memory_bytes;
  const std::size_t there = platform::available_memory_bytes();
  return there - std::min(there, std::max(kReserveMin, there / kReserveShare));
}

Result<std::vector<PlannedModel>> plan_models(const ServerConfig& config, std::size_t budget_bytes,
                                              const ModelFinder& find_model) {
  std::vector<PlannedModel> models;
  for (const ModelConfig& model : config.models) {
    OUTPOST_TRY(const auto path, find_model(model.model));
    OUTPOST_TRY(ModelPlan plan, plan_model(path, model, budget_bytes));
    models.push_back({model, std::move(plan)});
  }
  return models;
}

std::string describe(const std::vector<PlannedModel>& models, std::size_t budget_bytes) {
  std::string text;
  std::size_t total = 0;
  for (const PlannedModel& model : models) {
    text += model.plan.describe() + (model.config.is_pinned ? ", pinned\n" : "\n");
    total += model.plan.total_bytes();
  }
  return text + fmt::format("together {}, at most {} at once; the program itself {} beside them\n",
                            mebibytes(total), mebibytes(budget_bytes), mebibytes(kProgramBytes));
}

} // namespace outpost::app
