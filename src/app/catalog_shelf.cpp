#include "app/catalog_shelf.h"

#include "app/model_store.h"

namespace outpost::app {
namespace {

const char* words_of(catalog::Phase phase) {
  switch (phase) {
  case catalog::Phase::kResolving: return "pulling manifest of";
  case catalog::Phase::kWaiting: return "waiting for another pull of";
  case catalog::Phase::kDownloading: return "pulling";
  case catalog::Phase::kUnpacking: return "unpacking";
  case catalog::Phase::kVerifying: return "verifying sha256 digest of";
  case catalog::Phase::kInstalled: return "installed";
  }
  return "pulling";
}

} // namespace

Result<std::string> CatalogShelf::pull(const std::string& what,
                                       const std::function<void(const api::PullStep&)>& on_step,
                                       const CancelToken& cancel) {
  ModelStore store(environment_);
  const auto show = [&](const catalog::Progress& progress) {
    on_step({words_of(progress.phase), progress.subject, progress.done, progress.total});
  };
  OUTPOST_TRY(const catalog::PullOutcome outcome, store.catalog().pull(what, show, cancel));
  return outcome.model.digest.hex();
}

Status CatalogShelf::copy(const std::string& from, const std::string& to) {
  return ModelStore(environment_).catalog().copy(from, to);
}

Status CatalogShelf::remove(const std::string& name) {
  OUTPOST_TRY(const catalog::RemoveOutcome ignored,
              ModelStore(environment_).catalog().remove(name));
  static_cast<void>(ignored);
  return {};
}

} // namespace outpost::app
