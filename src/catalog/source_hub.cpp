// hf://org/repo/file[@revision]: a file of a model repository on a Hugging Face hub, or of anything
// that speaks its protocol. GET and HEAD /org/repo/resolve/revision/file answer either with the
// file or, for large ones, with a redirect to a content server; the redirect itself carries the
// file's sha256 (X-Linked-ETag), size (X-Linked-Size) and the commit that the revision means
// (X-Repo-Commit).
#include "catalog/download.h"
#include "catalog/json_text.h"
#include "catalog/source_kinds.h"

namespace outpost::catalog {
namespace {

constexpr std::uint64_t kModelCardBytesMax = 4 << 20;

class HubSource final : public Source {
public:
  HubSource(std::string repository, std::string file, std::string revision)
      : repository_(std::move(repository)), file_(std::move(file)), revision_(std::move(revision)) {
  }

  std::string text() const override {
    return "hf://" + repository_ + "/" + file_ + (revision_.empty() ? "" : "@" + revision_);
  }
  bool may_change() const override { return revision_.size() != kCommitDigits; }

  Result<RemoteFile> describe(FetchContext& context) override;
  Status fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) override;

private:
  static constexpr std::size_t kCommitDigits = 40;

  Result<net::Url> file_url(const FetchContext& context) const;
  net::HeaderList credentials(const FetchContext& context) const;
  std::string license(FetchContext& context) const;

  std::string repository_; // "org/repo"
  std::string file_;       // path inside it
  std::string revision_;   // branch, tag or commit; empty: main
  std::string commit_;     // what the revision meant when it was described
};

// Takes the body of a HEAD answer, which has none.
class NoBody final : public net::BodySink {
public:
  Status begin(const net::HttpResponse&) override { return {}; }
  Status write(std::span<const std::byte>) override { return {}; }
};

std::string_view unquoted(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
    etag.remove_prefix(1);
    etag.remove_suffix(1);
  }
  return etag;
}

bool is_commit(std::string_view text) {
  return text.size() == 40 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Result<net::Url> HubSource::file_url(const FetchContext& context) const {
  const std::string revision =
      !commit_.empty() ? commit_ : (revision_.empty() ? "main" : revision_);
  std::string path;
  for (std::size_t at = 0; at <= file_.size();) { // each segment encoded on its own
    const std::size_t end = std::min(file_.find('/', at), file_.size());
    path += "/" + net::percent_encode(file_.substr(at, end - at));
    at = end + 1;
  }
  return net::Url::parse(context.endpoints.hub + "/" + repository_ + "/resolve/" +
                         net::percent_encode(revision) + path);
}

net::HeaderList HubSource::credentials(const FetchContext& context) const {
  if (context.endpoints.hub_token.empty()) return {};
  return {{"Authorization", "Bearer " + context.endpoints.hub_token}};
}

Result<RemoteFile> HubSource::describe(FetchContext& context) {
  OUTPOST_TRY(net::Url url, file_url(context));
  net::HttpRequest request{.url = std::move(url)};
  request.method = "HEAD";
  request.headers = credentials(context);
  request.redirects =
      net::RedirectPolicy::kSameOrigin; // a renamed repository, not the content server
  NoBody sink;
  OUTPOST_TRY(const net::HttpResponse response, context.http.fetch(request, sink, context.cancel));
  if (!net::is_redirect(response.status)) OUTPOST_CHECK(net::check_status(response));
  RemoteFile remote;
  const auto etag = response.headers.find("X-Linked-ETag");
  if (etag) {
    if (auto digest = Digest::parse(unquoted(*etag))) remote.digest = *digest;
  }
  remote.bytes = response.headers.find_number("X-Linked-Size");
  if (!remote.bytes && !net::is_redirect(response.status)) remote.bytes = response.total_bytes;
  const auto commit = response.headers.find("X-Repo-Commit");
  if (commit && is_commit(*commit)) commit_ = *commit;
  if (context.license_wanted) remote.license = license(context);
  return remote;
}

Status HubSource::fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) {
  OUTPOST_TRY(net::Url url, file_url(context));
  return download(context, {std::move(url), credentials(context), text()}, expected, file);
}

// From the model card's tags; empty when the hub does not say. Never a reason for a pull to fail.
std::string HubSource::license(FetchContext& context) const {
  auto url = net::Url::parse(context.endpoints.hub + "/api/models/" + repository_);
  if (!url) return {};
  net::HttpRequest request{.url = std::move(*url)};
  request.headers = credentials(context);
  request.limits.body_bytes = kModelCardBytesMax;
  const auto text = context.http.fetch_text(request, context.cancel);
  if (!text) return {};
  const auto card = parse_json_object(*text, "the model card");
  const boost::json::array* tags = card ? array_member(*card, "tags") : nullptr;
  if (tags == nullptr) return {};
  constexpr std::string_view kPrefix = "license:";
  for (const auto& tag : *tags) {
    if (!tag.is_string()) continue;
    const std::string_view word = tag.get_string();
    if (word.starts_with(kPrefix) && is_plain_name(word.substr(kPrefix.size()), ".-_+")) {
      return std::string(word.substr(kPrefix.size()));
    }
  }
  return {};
}

bool is_file_path(std::string_view path) {
  if (path.empty() || path.size() > 512) return false;
  for (std::size_t at = 0; at <= path.size();) {
    const std::size_t end = std::min(path.find('/', at), path.size());
    const std::string_view segment = path.substr(at, end - at);
    if (segment.empty() || segment == "." || segment == "..") return false;
    at = end + 1;
  }
  return true;
}

} // namespace

Result<std::unique_ptr<Source>> read_hub_source(std::string_view rest) {
  const std::size_t at = rest.rfind('@');
  const std::string_view revision = at == std::string_view::npos ? "" : rest.substr(at + 1);
  const std::string_view path = rest.substr(0, at);
  const std::size_t first = path.find('/');
  const std::size_t second = first == std::string_view::npos ? first : path.find('/', first + 1);
  const bool valid = second != std::string_view::npos &&
                     is_plain_name(path.substr(0, first), "-._") &&
                     is_plain_name(path.substr(first + 1, second - first - 1), "-._") &&
                     is_file_path(path.substr(second + 1)) &&
                     (at == std::string_view::npos || is_plain_name(revision, "-._/", 200));
  if (!valid) {
    return fail(ErrorCode::kInvalidArgument, "'hf://" + std::string(rest) + "' names no file",
                "hf://organisation/repository/file.gguf, or with @revision at the end");
  }
  return std::unique_ptr<Source>(std::make_unique<HubSource>(std::string(path.substr(0, second)),
                                                             std::string(path.substr(second + 1)),
                                                             std::string(revision)));
}

} // namespace outpost::catalog
