// Profiles of models for calling tools (agents/calling): where they are kept, and a model with its
// own. A model's profile lies in the data folder under the name of its file.
#pragma once
#include <filesystem>
#include <memory>

#include "agents/calling/calling_profile.h"
#include "app/environment.h"
#include "base/result.h"
#include "chat/chat_model.h"

namespace outpost::app {

std::filesystem::path profile_path(const std::filesystem::path& model_file,
                                   const Environment& environment);

// The one that ships for this model, or for models of its size. Of a file that cannot be read the
// one for the smallest.
agents::CallingProfile default_profile(const std::filesystem::path& model_file);

// The stored one, else the default. kCorruptData for a stored one that
// cannot be read.
Result<agents::CallingProfile> load_profile(const std::filesystem::path& model_file,
                                            const Environment& environment);

Status save_profile(const agents::CallingProfile& profile, const std::filesystem::path& model_file,
                    const Environment& environment);

// The model, with calls of tools from the pipeline as its profile says.
Result<std::unique_ptr<chat::ChatModel>> with_planned_calls(std::unique_ptr<chat::ChatModel> model,
                                                            const std::filesystem::path& model_file,
                                                            const Environment& environment);

} // namespace outpost::app
