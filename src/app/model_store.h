// The catalogue as this process uses it: its folder, its places, its HTTP client, in one object.
#pragma once
#include <memory>

#include "app/environment.h"
#include "base/clock.h"
#include "catalog/catalog.h"
#include "net/http_client.h"

namespace outpost::app {

class ModelStore {
public:
  explicit ModelStore(const Environment& environment);
  catalog::Catalog& catalog() { return catalog_; }

private:
  SystemClock clock_;
  net::HttpClient http_;
  catalog::Catalog catalog_;
};

} // namespace outpost::app
