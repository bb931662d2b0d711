// How soon the answers of a principal are needed, said to the engine with all that is asked for it:
// also what agents and the call pipeline ask on their way, who know nothing of classes.
#pragma once
#include <functional>
#include <memory>
#include <string>

#include "chat/chat_model.h"

namespace outpost::app {

// Thread-safe.
using ClassOf = std::function<chat::WorkClass(const std::string& principal)>;

// `model`, each request of which has its principal's class, whatever it said.
std::unique_ptr<chat::ChatModel> with_classes(std::unique_ptr<chat::ChatModel> model,
                                              ClassOf class_of);

} // namespace outpost::app
