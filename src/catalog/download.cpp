#include "catalog/download.h"

#include <algorithm>
#include <thread>

#include "catalog/blob_store.h"

namespace outpost::catalog {
namespace {

// Writes what arrives where it belongs in the partial file.
class PartialSink final : public net::BodySink {
public:
  PartialSink(FetchContext& context, const RemoteFile& expected, std::string source,
              PartialFile& file)
      : context_(context), expected_(expected), source_(std::move(source)), file_(file) {}

  Status begin(const net::HttpResponse& response) override {
    if (expected_.bytes && response.total_bytes && *expected_.bytes != *response.total_bytes) {
      return fail(ErrorCode::kCorruptData, response.url.shown() + " has " +
                                               std::to_string(*response.total_bytes) + " bytes; " +
                                               std::to_string(*expected_.bytes) + " are expected");
    }
    const bool end_is_marked =
        response.total_bytes || response.headers.find("Transfer-Encoding").has_value();
    if (!expected_.digest && !end_is_marked) {
      return fail(ErrorCode::kUnsupported, response.url.shown() +
                                               " does not say how long the file "
                                               "is, so a cut could not be told from its end");
    }
    if (response.first_byte == 0) {
      OUTPOST_CHECK(file_.start_over({source_, net::range_validator(response.headers), 0, 0}));
    }
    const auto total = expected_.bytes ? expected_.bytes : response.total_bytes;
    if (total && *total > response.first_byte) {
      OUTPOST_CHECK(context_.store.check_space(*total - response.first_byte));
    }
    source_name_ = response.url.shown();
    context_.progress.enter(Phase::kDownloading, response.url.host(), file_.size(), total);
    return {};
  }

  Status write(std::span<const std::byte> bytes) override {
    if (expected_.bytes && bytes.size() > *expected_.bytes - file_.size()) {
      return fail(ErrorCode::kCorruptData, source_name_ + " sends more than the " +
                                               std::to_string(*expected_.bytes) +
                                               " bytes that are expected");
    }
    OUTPOST_CHECK(file_.append(bytes));
    context_.progress.update(file_.size());
    return {};
  }

private:
  FetchContext& context_;
  const RemoteFile& expected_;
  std::string source_;      // its digest
  std::string source_name_; // for people
  PartialFile& file_;
};

// How many bytes of the partial file may stand: none if they are another source's, or if nothing
// (neither the server's validator nor a digest known beforehand) would notice a change.
std::uint64_t trusted_bytes(const PartialFile& file, const std::string& source,
                            const RemoteFile& expected) {
  const PartialState& state = file.state();
  if (state.source != source) return 0;
  if (state.validator.empty() && !expected.digest) return 0;
  if (expected.bytes && file.size() > *expected.bytes) return 0;
  return file.size();
}

Status attempt(FetchContext& context, const Download& what, const RemoteFile& expected,
               PartialFile& file) {
  const std::string source = sha256_of(what.source_text).hex();
  net::HttpRequest request{.url = what.url};
  request.headers = what.headers;
  request.limits.body_bytes = context.limits.model_bytes;
  request.limits.idle_timeout = context.limits.idle_timeout;
  request.range_from = trusted_bytes(file, source, expected);
  request.if_range = file.state().validator;
  if (request.range_from > 0 && expected.bytes == request.range_from) return {};
  PartialSink sink(context, expected, source, file);
  OUTPOST_TRY(const net::HttpResponse response, context.http.fetch(request, sink, context.cancel));
  if (response.status == 416 && request.range_from > 0) {
    // Nothing follows what we have: it is complete, or the file is another and shorter one.
    const auto range = response.headers.find("Content-Range").value_or("");
    if (net::parse_unsatisfied_range(range) == request.range_from) return {};
    OUTPOST_CHECK(file.start_over({source, "", 0, 0}));
    return attempt(context, what, expected, file); // once: from the beginning there is no 416
  }
  OUTPOST_CHECK(net::check_status(response));
  if (expected.bytes && file.size() != *expected.bytes) {
    return fail(ErrorCode::kCorruptData, response.url.shown() + " gave " +
                                             std::to_string(file.size()) + " bytes; " +
                                             std::to_string(*expected.bytes) + " are expected");
  }
  return {};
}

} // namespace

Status wait_or_cancel(std::chrono::milliseconds duration, const CancelToken& cancel) {
  constexpr std::chrono::milliseconds kSlice{50};
  for (; duration.count() > 0; duration -= kSlice) {
    if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
    // tidy: allow sleep, because a pause between two tries has nothing to wait for
    std::this_thread::sleep_for(std::min(duration, kSlice));
  }
  if (cancel.cancelled()) return fail(ErrorCode::kCancelled, "cancelled");
  return {};
}

Status download(FetchContext& context, const Download& what, const RemoteFile& expected,
                PartialFile& file) {
  bool moved = false; // a place that never gave a byte gets no second try: nothing was cut
  int fruitless = 0;
  for (;;) {
    const std::uint64_t before = file.size();
    Status result = attempt(context, what, expected, file);
    if (result) return {};
    const ErrorCode code = result.error().code;
    if (code != ErrorCode::kUnavailable && code != ErrorCode::kTimeout) return result;
    const bool gained = file.size() > before;
    moved = moved || gained;
    fruitless = gained ? 0 : fruitless + 1;
    if (!moved || fruitless >= context.limits.fruitless_attempts) return result;
    context.progress.note(result.error().message + "; trying again");
    OUTPOST_CHECK(wait_or_cancel(context.limits.retry_delay * (1 + fruitless), context.cancel));
  }
}

} // namespace outpost::catalog
