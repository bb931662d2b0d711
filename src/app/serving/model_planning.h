// From the models of a configuration to files and numbers.
#pragma once
#include <vector>

#include "app/serving/model_pool.h"
#include "app/serving/model_server.h"

namespace outpost::app {

// What all models may take together: as configured, or what the machine has free less a reserve.
std::size_t memory_budget(const ServerConfig& config);

// kNotFound (a model), kResourceExhausted (one that would not fit alone), with its name.
Result<std::vector<PlannedModel>> plan_models(const ServerConfig& config, std::size_t budget_bytes,
                                              const ModelFinder& find_model);

std::string describe(const std::vector<PlannedModel>& models, std::size_t budget_bytes);

} // namespace outpost::app
