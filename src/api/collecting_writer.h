// The base of writers that answer in one piece: the stream of events, collected.
#pragma once
#include <vector>

#include "api/generation.h"

namespace outpost::api {

class CollectingWriter : public AnswerWriter {
public:
  // `single_call`: calls after the first are left out.
  CollectingWriter(std::uint32_t choices, bool single_call)
      : answers_(choices), single_call_(single_call) {}
  void on_event(http::Exchange& exchange, std::uint32_t choice, const chat::Event& event) final;

protected:
  [[nodiscard]] const std::vector<chat::Answer>& answers() const { return answers_; }

private:
  std::vector<chat::Answer> answers_; // [choices]
  bool single_call_;
};

} // namespace outpost::api
