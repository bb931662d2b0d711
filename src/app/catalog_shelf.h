// The catalogue of this machine as requests see it.
#pragma once
#include "api/shelf.h"
#include "app/environment.h"

namespace outpost::app {

class CatalogShelf final : public api::ModelShelf {
public:
  explicit CatalogShelf(Environment environment) : environment_(std::move(environment)) {}

  Result<std::string> pull(const std::string& what,
                           const std::function<void(const api::PullStep&)>& on_step,
                           const CancelToken& cancel) override;
  Status copy(const std::string& from, const std::string& to) override;
  Status remove(const std::string& name) override;

private:
  Environment environment_; // a catalogue belongs to one thread: each call opens its own
};

} // namespace outpost::app
