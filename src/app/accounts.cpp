#include "app/accounts.h"

#include "catalog/disk.h"

namespace outpost::app {

Result<agents::Ledger> open_ledger(const Environment& environment, Clock& clock) {
  OUTPOST_CHECK(catalog::make_folder(environment.data_folder));
  return agents::Ledger::open(environment.data_folder / "ledger.sqlite", clock);
}

Result<agents::Outbox> open_outbox(const Environment& environment, Clock& clock) {
  OUTPOST_CHECK(catalog::make_folder(environment.data_folder));
  return agents::Outbox::open(environment.data_folder / "outbox.sqlite", clock);
}

} // namespace outpost::app
