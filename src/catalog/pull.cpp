#include "catalog/pull.h"

#include "catalog/download.h"

namespace outpost::catalog {
namespace {

constexpr std::chrono::milliseconds kLockPoll{100};

Error wrong_digest(const Digest& actual, const Digest& expected, const std::string& place) {
  return {ErrorCode::kCorruptData,
          "wrong content from " + place + ": its sha256 is " + actual.hex() + ", expected is " +
              expected.hex(),
          "nothing of it was kept; another source, or the publisher, has to be asked"};
}

// What the alias pins, completed by what the source says; an error if they disagree, before a byte
// of the file is loaded.
Result<RemoteFile> agreed(const RemoteFile& pinned, const RemoteFile& said, const Source& source) {
  if (pinned.digest && said.digest && *pinned.digest != *said.digest) {
    return fail(wrong_digest(*said.digest, *pinned.digest, source.text()));
  }
  if (pinned.bytes && said.bytes && *pinned.bytes != *said.bytes) {
    return fail(ErrorCode::kCorruptData, source.text() + " has " + std::to_string(*said.bytes) +
                                             " bytes; " + std::to_string(*pinned.bytes) +
                                             " are expected");
  }
  return RemoteFile{pinned.digest ? pinned.digest : said.digest,
                    pinned.bytes ? pinned.bytes : said.bytes,
                    pinned.license.empty() ? said.license : pinned.license};
}

Error all_failed(const std::string& name, const std::vector<Error>& errors) {
  if (errors.size() == 1) return errors.front();
  std::string message = "no source of '" + name + "' worked:";
  for (const Error& error : errors) message += "\n- " + error.message;
  return {errors.back().code, std::move(message), errors.front().hint};
}

} // namespace

Result<PullOutcome> Pull::run(const PullRequest& request) {
  OUTPOST_CHECK(store_.prepare());
  OUTPOST_CHECK(store_.sweep());
  const auto& digest = request.expected.digest;
  if (digest && !request.always_ask && store_.contains(*digest)) {
    return record(request, request.expected, *digest, request.sources.front()->text(), true);
  }
  std::vector<Error> errors;
  for (const auto& source : request.sources) {
    auto outcome = from_source(request, *source);
    if (outcome || ends_a_pull(outcome.error().code)) return outcome;
    errors.push_back(outcome.error());
    if (errors.size() < request.sources.size()) {
      context_.progress.note(errors.back().message + "; trying the next source");
    }
  }
  return fail(all_failed(request.name, errors));
}

Result<PullOutcome> Pull::from_source(const PullRequest& request, Source& source) {
  context_.progress.enter(Phase::kResolving, source.text(), 0, std::nullopt);
  context_.license_wanted = request.expected.license.empty();
  OUTPOST_TRY(const RemoteFile said, source.describe(context_));
  OUTPOST_TRY(const RemoteFile remote, agreed(request.expected, said, source));
  if (remote.bytes.value_or(0) > context_.limits.model_bytes) {
    return fail(ErrorCode::kLimitExceeded,
                source.text() + " claims " + std::to_string(*remote.bytes) +
                    " bytes; the limit is " + std::to_string(context_.limits.model_bytes));
  }
  if (remote.digest && store_.contains(*remote.digest)) {
    return record(request, remote, *remote.digest, source.text(), true);
  }
  if (!remote.license.empty()) context_.progress.note("licence: " + remote.license);
  OUTPOST_TRY(std::optional<PartialFile> file, open_partial(request, remote, source));
  if (!file) {
    OUTPOST_TRY(const auto other, finished_by_another(request, remote));
    if (!other) return fail(ErrorCode::kConflict, "the other pull of this file was undone");
    return record(request, remote, other->digest, source.text(), true);
  }
  const Result<Digest> digest = fetch_verified(remote, source, *file);
  if (!digest) {
    if (file->is_bare()) OUTPOST_CHECK(file->discard());
    return fail(digest.error());
  }
  OUTPOST_CHECK(store_.install(*file, *digest));
  return record(request, remote, *digest, source.text(), false);
}

Result<std::optional<InstalledModel>> Pull::finished_by_another(const PullRequest& request,
                                                                const RemoteFile& remote) const {
  if (remote.digest) {
    if (!store_.contains(*remote.digest)) return std::optional<InstalledModel>();
    return std::optional<InstalledModel>(InstalledModel{request.name, *remote.digest});
  }
  OUTPOST_TRY(auto model, installed_.find(request.name));
  if (model && !store_.contains(model->digest)) model.reset();
  return model;
}

Result<std::optional<PartialFile>>
Pull::open_partial(const PullRequest& request, const RemoteFile& remote, const Source& source) {
  const std::string key = remote.digest ? BlobStore::partial_key(*remote.digest)
                                        : BlobStore::partial_key(source.text());
  for (bool waited = false;; waited = true) {
    OUTPOST_TRY(auto file, store_.open_partial(key));
    // Also with the lock in hand: the one before us may have finished, and what we opened is new.
    if (waited || remote.digest) {
      OUTPOST_TRY(const auto other, finished_by_another(request, remote));
      if (other) {
        if (file) OUTPOST_CHECK(file->discard());
        return std::optional<PartialFile>();
      }
    }
    if (file) return file;
    const std::uint64_t done = store_.partial_size(key).value_or(0);
    if (!waited) {
      context_.progress.enter(Phase::kWaiting, source.text(), done, remote.bytes);
      context_.progress.note("another pull of the same file is running; waiting for it");
    }
    context_.progress.update(done);
    OUTPOST_CHECK(wait_or_cancel(kLockPoll, context_.cancel));
  }
}

Result<Digest> Pull::fetch_verified(const RemoteFile& remote, Source& source, PartialFile& file) {
  const bool resumed = file.size() > 0;
  OUTPOST_CHECK(source.fetch(context_, remote, file));
  Result<Digest> digest = verify(remote, file);
  if (digest || digest.error().code != ErrorCode::kCorruptData) return digest;
  if (!resumed) {
    OUTPOST_CHECK(file.discard());
    return digest;
  }
  // What an earlier pull left may have been harmed (a power cut leaves holes): once more, from the
  // beginning.
  context_.progress.note("what an earlier pull left does not fit; loading all of it again");
  OUTPOST_CHECK(file.start_over({}));
  OUTPOST_CHECK(source.fetch(context_, remote, file));
  digest = verify(remote, file);
  if (!digest && digest.error().code == ErrorCode::kCorruptData) OUTPOST_CHECK(file.discard());
  return digest;
}

Result<Digest> Pull::verify(const RemoteFile& remote, PartialFile& file) {
  OUTPOST_CHECK(file.sync());
  context_.progress.enter(Phase::kVerifying, "sha256", 0, file.size());
  OUTPOST_TRY(
      const Digest digest,
      file.digest([&](std::uint64_t done) { context_.progress.update(done); }, context_.cancel));
  if (remote.digest && digest != *remote.digest) {
    return fail(wrong_digest(digest, *remote.digest, "the source"));
  }
  // The first four bytes of every GGUF file. A sign-in page of a network must not become a model.
  OUTPOST_TRY(const std::string magic, file.first_bytes(4));
  if (magic != "GGUF") {
    return fail(ErrorCode::kCorruptData, "what was loaded is not a model file: it does not begin "
                                         "with 'GGUF'");
  }
  return digest;
}

Result<PullOutcome> Pull::record(const PullRequest& request, const RemoteFile& remote,
                                 const Digest& digest, const std::string& source, bool was_there) {
  OUTPOST_TRY(const std::uint64_t bytes, store_.blob_size(digest));
  InstalledModel model{request.name,
                       digest,
                       bytes,
                       source,
                       remote.license,
                       context_.clock.wall_ms(),
                       remote.digest.has_value()};
  OUTPOST_TRY(const auto before, installed_.find(request.name));
  if (before && before->digest == digest) {
    model = *before; // first recorded is what counts: when, from where
  } else {
    OUTPOST_TRY(const auto former, installed_.put(model));
    // A tag that has moved on: nobody asks for what it meant before.
    if (former && !former->digest_still_used) OUTPOST_CHECK(store_.remove(former->model.digest));
  }
  context_.progress.enter(Phase::kInstalled, request.name, bytes, bytes);
  if (!model.digest_was_known && !was_there) {
    context_.progress.note("nothing vouches for this file; its sha256 is remembered from now on: " +
                           digest.hex());
  }
  return PullOutcome{std::move(model), store_.blob_path(digest), was_there};
}

} // namespace outpost::catalog
