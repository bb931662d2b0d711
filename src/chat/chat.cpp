#include "chat/chat.h"

namespace outpost::chat {

std::string_view to_string(Role role) {
  switch (role) {
  case Role::kSystem: return "system";
  case Role::kUser: return "user";
  case Role::kAssistant: return "assistant";
  case Role::kTool: return "tool";
  }
  return "user";
}

std::optional<Role> parse_role(std::string_view name) {
  for (const Role role : {Role::kSystem, Role::kUser, Role::kAssistant, Role::kTool}) {
    if (name == to_string(role)) return role;
  }
  return std::nullopt;
}

std::string_view to_string(WorkClass work_class) {
  switch (work_class) {
  case WorkClass::kInteractive: return "interactive";
  case WorkClass::kBatch: return "batch";
  case WorkClass::kBackground: return "background";
  }
  return "interactive";
}

std::optional<WorkClass> parse_work_class(std::string_view name) {
  for (const WorkClass one : {WorkClass::kInteractive, WorkClass::kBatch, WorkClass::kBackground}) {
    if (name == to_string(one)) return one;
  }
  return std::nullopt;
}

std::string_view to_string(FinishReason reason) {
  switch (reason) {
  case FinishReason::kStop: return "stop";
  case FinishReason::kLength: return "length";
  case FinishReason::kToolCalls: return "tool_calls";
  case FinishReason::kCancelled: return "cancelled";
  }
  return "stop";
}

Message system_message(std::string text) {
  Message message;
  message.role = Role::kSystem;
  message.text = std::move(text);
  message.label = operator_label();
  return message;
}

Message user_message(std::string text) {
  Message message;
  message.role = Role::kUser;
  message.text = std::move(text);
  message.label = user_label();
  return message;
}

Message assistant_message(std::string text) {
  Message message;
  message.role = Role::kAssistant;
  message.text = std::move(text);
  message.label = model_label();
  return message;
}

} // namespace outpost::chat
