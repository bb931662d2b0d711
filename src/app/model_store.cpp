#include "app/model_store.h"

namespace outpost::app {
namespace {

catalog::Endpoints endpoints_of(const Environment& environment) {
  catalog::Endpoints endpoints;
  if (environment.hub_url) endpoints.hub = *environment.hub_url;
  if (environment.registry_url) endpoints.registry = *environment.registry_url;
  if (environment.pip_command) endpoints.pip = {*environment.pip_command};
  return endpoints;
}

} // namespace

ModelStore::ModelStore(const Environment& environment)
    : http_(clock_),
      catalog_(environment.data_folder / "models", endpoints_of(environment), http_, clock_) {}

} // namespace outpost::app
