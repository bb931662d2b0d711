// One pull: from the sources of a request to a verified blob under a name. Internal to catalog/.
#pragma once
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "catalog/blob_store.h"
#include "catalog/installed_list.h"
#include "catalog/source.h"

namespace outpost::catalog {

struct PullRequest {
  std::string name;
  RemoteFile expected;     // what the alias pins, or what was recorded when it was first trusted
  bool always_ask = false; // the name may mean another file by now
  std::vector<std::unique_ptr<Source>> sources; // in the order to try
};

struct PullOutcome {
  InstalledModel model;
  std::filesystem::path path;
  bool was_there = false; // nothing had to be loaded
};

class Pull {
public:
  // All references must outlive the pull.
  Pull(FetchContext& context, const InstalledList& installed)
      : context_(context), store_(context.store), installed_(installed) {}

  Result<PullOutcome> run(const PullRequest& request);

private:
  Result<PullOutcome> from_source(const PullRequest& request, Source& source);
  // The partial file, or nothing if another process finished the model while we waited for it.
  Result<std::optional<PartialFile>> open_partial(const PullRequest& request,
                                                  const RemoteFile& remote, const Source& source);
  Result<std::optional<InstalledModel>> finished_by_another(const PullRequest& request,
                                                            const RemoteFile& remote) const;
  Result<Digest> fetch_verified(const RemoteFile& remote, Source& source, PartialFile& file);
  Result<Digest> verify(const RemoteFile& remote, PartialFile& file);
  Result<PullOutcome> record(const PullRequest& request, const RemoteFile& remote,
                             const Digest& digest, const std::string& source, bool was_there);

  FetchContext& context_;
  const BlobStore& store_;
  const InstalledList& installed_;
};

} // namespace outpost::catalog
