#include "app/serving/larger_model.h"

namespace outpost::app {

Status may_have_larger(const LargerModelState& state) {
  if (state.power == PowerMode::kLow) {
    return fail(ErrorCode::kResourceExhausted, "the power mode is low");
  }
  if (!state.is_loaded && state.needed_bytes > state.free_bytes) {
    return fail(ErrorCode::kResourceExhausted, "there is no room for it in memory");
  }
  if (state.waiting > 0) {
    return fail(ErrorCode::kResourceExhausted,
                std::to_string(state.waiting) + " requests wait for it");
  }
  if (state.work_class != chat::WorkClass::kInteractive && state.running > 0) {
    return fail(ErrorCode::kResourceExhausted,
                "it is at work, and nobody waits for a request of class " +
                    std::string(to_string(state.work_class)));
  }
  return {};
}

} // namespace outpost::app
