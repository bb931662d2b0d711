#include "app/serving/classed_model.h"

#include <utility>

#include "chat/forwarding_model.h"

namespace outpost::app {
namespace {

class ClassedModel final : public chat::ForwardingModel {
public:
  ClassedModel(std::unique_ptr<chat::ChatModel> model, ClassOf class_of)
      : model_(std::move(model)), class_of_(std::move(class_of)) {}

  Status chat(const chat::ChatRequest& request, const chat::EventSink& sink,
              const CancelToken& cancel) override {
    const chat::WorkClass work_class = class_of_(request.principal.value);
    if (work_class == request.work_class) return model_->chat(request, sink, cancel);
    return model_->chat(in_class(request, work_class), sink, cancel);
  }
  Result<std::vector<chat::Score>> score(const chat::ScoreRequest& request,
                                         const CancelToken& cancel) override {
    const chat::WorkClass work_class = class_of_(request.principal.value);
    if (work_class == request.work_class) return model_->score(request, cancel);
    return model_->score(in_class(request, work_class), cancel);
  }
  Result<chat::Embeddings> embed(const chat::EmbedRequest& request,
                                 const CancelToken& cancel) override {
    const chat::WorkClass work_class = class_of_(request.principal.value);
    if (work_class == request.work_class) return model_->embed(request, cancel);
    return model_->embed(in_class(request, work_class), cancel);
  }

private:
  [[nodiscard]] chat::ChatModel& behind() const override { return *model_; }

  template <class Request>
  [[nodiscard]] static Request in_class(Request request, chat::WorkClass work_class) {
    request.work_class = work_class;
    return request;
  }

  std::unique_ptr<chat::ChatModel> model_;
  ClassOf class_of_;
};

} // namespace

std::unique_ptr<chat::ChatModel> with_classes(std::unique_ptr<chat::ChatModel> model,
                                              ClassOf class_of) {
  return std::make_unique<ClassedModel>(std::move(model), std::move(class_of));
}

} // namespace outpost::app
