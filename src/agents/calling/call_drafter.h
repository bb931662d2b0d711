// The model's part in a call: what it reads (notes of the tools, the conversation), how likely it
// finds the names of tools next, and what arguments it drafts under a grammar.
#pragma once
#include <span>
#include <string>
#include <vector>

#include "agents/calling/calling_profile.h"
#include "agents/calling/tool_schema.h"
#include "chat/chat_model.h"

namespace outpost::agents {

struct Draft {
  boost::json::object arguments;
  double mean_log_probability = 0; // of the tokens that were chosen, not forced
  double least_log_probability = 0;
  double doubts = 0; // of those tokens, the ones less likely than not
};

// What the model finds of the texts that may come next, and of a tool.
struct FirstLook {
  std::vector<double> openings; // log p of each text after what is written so far
  // log p(request | description) less log p(request): the noisy channel (arXiv 2108.04106).
  double channel = 0;
  std::vector<double> state; // what the profile's probes read before the texts
};

void add_usage(chat::Usage& sum, const chat::Usage& usage);

class CallDrafter {
public:
  // `tools` are those the model is told of.
  CallDrafter(chat::ChatModel& model, const CallingProfile& profile,
              const chat::PrincipalId& principal, const std::vector<const CallableTool*>& tools,
              std::span<const chat::Message> messages);

  // log p of each text after what is written so far.
  Result<std::vector<double>> score(std::span<const std::string> texts, const CancelToken& cancel);
  // The same, what the probes read there, and, of a tool, how much its description says about the
  // request, in one pass.
  Result<FirstLook> look(std::span<const std::string> texts, const CallableTool* described,
                         std::string_view request, const CancelToken& cancel);
  Result<double> channel(const CallableTool& tool, std::string_view request,
                         const CancelToken& cancel);

  // The part of the request that the next call is about, as a line of its own; empty: none.
  void focus(std::string_view clause);

  // The arguments of a call of `tool` as the next line.
  Result<Draft> draft(const CallableTool& tool, const ValueSource& source,
                      const CancelToken& cancel);

  // The likeliest value of one slot, a token, after the arguments before it. REQUIRES: some values.
  Result<boost::json::value> choose(const CallableTool& tool, const boost::json::object& arguments,
                                    const SlotSchema& slot,
                                    std::span<const boost::json::value> values,
                                    const CancelToken& cancel);

  // A call becomes part of what is written.
  void write(const CallableTool& tool, const boost::json::object& arguments);

  [[nodiscard]] const std::string& written() const { return prompt_.text; }
  [[nodiscard]] const chat::Usage& usage() const { return usage_; }
  [[nodiscard]] CallSyntax syntax() const { return syntax_; }

private:
  // Each text after what is written so far.
  [[nodiscard]] std::vector<chat::ScoreItem> openings(std::span<const std::string> texts) const;
  Result<std::vector<double>> score_items(std::vector<chat::ScoreItem> items,
                                          const CancelToken& cancel);

  chat::ChatModel& model_;
  CallSyntax syntax_;
  std::vector<std::vector<float>> readouts_; // of the profile's probes that fit the model
  const chat::PrincipalId& principal_;
  chat::Prompt declared_; // what is the same for every request
  chat::Prompt prompt_;
  chat::Usage usage_;
};

} // namespace outpost::agents
