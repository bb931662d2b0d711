#include <gtest/gtest.h>

#include "chat/fake_model.h"
#include "chat/forwarding_model.h"
#include "chat/scoring.h"

namespace outpost::chat {
namespace {

ScoreRequest request_for(const std::vector<std::string>& continuations) {
  ScoreRequest request;
  for (const std::string& text : continuations) {
    ScoreItem item;
    item.prompt.text = "Colour:";
    item.continuation = text;
    request.items.push_back(std::move(item));
  }
  return request;
}

double minus_length(const ScoreItem& item) {
  return -static_cast<double>(item.continuation.size());
}

// Forgets the last score.
class Forgetful final : public ForwardingModel {
public:
  explicit Forgetful(ChatModel& inner) : inner_(inner) {}
  Result<std::vector<Score>> score(const ScoreRequest& request,
                                   const CancelToken& cancel) override {
    auto scores = inner_.score(request, cancel);
    if (scores) scores->pop_back();
    return scores;
  }

private:
  [[nodiscard]] ChatModel& behind() const override { return inner_; }
  ChatModel& inner_;
};

TEST(ScoreEach, GivesOneSumForEachItemInOrder) {
  FakeModel model({}, minus_length);
  const auto sums = score_each(model, request_for({" red", " yellow", " blue"}), CancelToken());
  ASSERT_TRUE(sums);
  EXPECT_EQ(*sums, (std::vector<double>{-4, -7, -5}));
}

TEST(ScoreEach, RefusesAnotherNumberOfScores) {
  FakeModel model({}, minus_length);
  Forgetful forgetful(model);
  const auto sums = score_each(forgetful, request_for({" red", " blue"}), CancelToken());
  ASSERT_FALSE(sums);
  EXPECT_EQ(sums.error().code, ErrorCode::kInternal);
  EXPECT_NE(sums.error().message.find("1 of 2"), std::string::npos) << sums.error().message;
}

} // namespace
} // namespace outpost::chat
