#include "app/key_file.h"

#include "catalog/disk.h"

namespace outpost::app {

std::filesystem::path key_file(const Environment& environment) {
  return environment.data_folder / "keys.json";
}

Status change_keys(const Environment& environment,
                   const std::function<Status(security::KeyRing&)>& change) {
  const auto path = key_file(environment);
  OUTPOST_CHECK(catalog::make_folder(environment.data_folder));
  OUTPOST_TRY(const auto lock, catalog::lock_file(environment.data_folder / "keys.lock"));
  OUTPOST_TRY(security::KeyRing ring, security::KeyRing::load(path));
  OUTPOST_CHECK(change(ring));
  return ring.save(path);
}

} // namespace outpost::app
