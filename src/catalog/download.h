// Loads an address into a partial file: goes on where it stopped when the server agrees that it is
// still the same file, tries again after a cut, checks room on the disk before it fills it.
#pragma once
#include "catalog/source.h"

namespace outpost::catalog {

struct Download {
  net::Url url;
  net::HeaderList headers;
  std::string source_text; // identifies whose bytes are in the partial file
};

Status download(FetchContext& context, const Download& what, const RemoteFile& expected,
                PartialFile& file);

// Waits, at most that long; kCancelled if the token is set meanwhile.
Status wait_or_cancel(std::chrono::milliseconds duration, const CancelToken& cancel);

} // namespace outpost::catalog
