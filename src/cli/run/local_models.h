// The models that agent files name, loaded when the first agent asks and kept for the others.
#pragma once
#include <map>
#include <string>

#include "app/chat_model.h"
#include "cli/invocation.h"

namespace outpost::cli {

class LocalModels {
public:
  // `override`: the model of all agents, whatever their files say; may be empty.
  LocalModels(const Invocation& invocation, std::string override,
              const app::ChatModelSettings& settings)
      : invocation_(invocation), override_(std::move(override)), settings_(settings) {}

  // Pulls it when it is not here.
  Result<chat::ChatModel*> named(const std::string& name);

private:
  const Invocation& invocation_;
  std::string override_;
  app::ChatModelSettings settings_;
  std::map<std::string, app::LocalModel> models_;
};

} // namespace outpost::cli
