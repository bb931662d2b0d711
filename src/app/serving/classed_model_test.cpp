#include <gtest/gtest.h>

#include "app/serving/classed_model.h"
#include "chat/forwarding_model.h"

namespace outpost::app {
namespace {

using chat::WorkClass;

// Keeps what class each kind of request had.
class ClassKeeper final : public chat::ForwardingModel {
public:
  explicit ClassKeeper(std::vector<WorkClass>& seen) : seen_(seen) {}
  Status chat(const chat::ChatRequest& request, const chat::EventSink&,
              const CancelToken&) override {
    seen_.push_back(request.work_class);
    return {};
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken&) override {
    seen_.push_back(request.work_class);
    return std::vector<chat::Score>();
  }
  Result<chat::Embeddings> embed(const chat::EmbedRequest& request, const CancelToken&) override {
    seen_.push_back(request.work_class);
    return chat::Embeddings();
  }

private:
  [[nodiscard]] ChatModel& behind() const override { std::abort(); }
  std::vector<WorkClass>& seen_;
};

TEST(ClassedModel, EveryKindOfRequestHasItsPrincipalsClass) {
  std::vector<WorkClass> seen;
  const auto model =
      with_classes(std::make_unique<ClassKeeper>(seen), [](const std::string& principal) {
        return principal == "night" ? WorkClass::kBackground : WorkClass::kInteractive;
      });
  for (const char* principal : {"night", "desk"}) {
    chat::ChatRequest asked;
    asked.principal.value = principal;
    asked.work_class = WorkClass::kBatch;
    EXPECT_TRUE(model->chat(asked, [](const chat::Event&) {}, {}));
    chat::ScoreRequest scored;
    scored.principal.value = principal;
    EXPECT_TRUE(model->score(scored, {}));
    chat::EmbedRequest embedded;
    embedded.principal.value = principal;
    EXPECT_TRUE(model->embed(embedded, {}));
  }
  const std::vector<WorkClass> expected = {WorkClass::kBackground,  WorkClass::kBackground,
                                           WorkClass::kBackground,  WorkClass::kInteractive,
                                           WorkClass::kInteractive, WorkClass::kInteractive};
  EXPECT_EQ(seen, expected);
}

} // namespace
} // namespace outpost::app
