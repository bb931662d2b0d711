// ollama://[host/][namespace/]name[:tag]: a model of a registry that speaks the OCI distribution
// protocol as Ollama uses it. GET /v2/<namespace>/<name>/manifests/<tag> lists layers by media
// type; the one of type application/vnd.ollama.image.model is the GGUF file, and GET
// /v2/<namespace>/<name>/blobs/sha256:<digest> is its content.
//
// A registry's demand for a token (401 with a realm) is not followed: sending credentials where an
// answer says to is how they get lost (CVE-2025-51471). Public models need none.
#include <algorithm>

#include "catalog/download.h"
#include "catalog/json_text.h"
#include "catalog/source_kinds.h"

namespace outpost::catalog {
namespace {

constexpr std::uint64_t kManifestBytesMax = 1 << 20;
constexpr std::uint64_t kLicenseBytesMax = 256 << 10;
constexpr std::size_t kLayersMax = 256;
constexpr std::size_t kLicenseLineMax = 100;

struct Layer {
  Digest digest;
  std::uint64_t bytes;
};

class RegistrySource final : public Source {
public:
  RegistrySource(std::string host, std::string repository, std::string tag)
      : host_(std::move(host)), repository_(std::move(repository)), tag_(std::move(tag)) {}

  std::string text() const override { return "ollama://" + name(); }
  std::string name() const override {
    constexpr std::string_view kDefault = "library/";
    const bool plain = host_.empty() && repository_.starts_with(kDefault);
    const std::string shown = plain ? repository_.substr(kDefault.size()) : repository_;
    return (host_.empty() ? "" : host_ + "/") + shown + ":" + tag_;
  }
  bool may_change() const override { return true; }

  Result<RemoteFile> describe(FetchContext& context) override;
  Status fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) override;

private:
  Result<net::Url> url(const FetchContext& context, const std::string& what) const;
  std::string license(FetchContext& context, const boost::json::object& manifest) const;

  std::string host_;       // empty: the configured registry
  std::string repository_; // "namespace/name"
  std::string tag_;
  std::optional<Digest> layer_; // the model's, once described
};

// The first layer of that media type, or nothing. kCorruptData for a digest or size that is none.
Result<std::optional<Layer>> find_layer(const boost::json::object& manifest,
                                        std::string_view media_type) {
  const boost::json::array* layers = array_member(manifest, "layers");
  if (layers == nullptr || layers->size() > kLayersMax) {
    return fail(ErrorCode::kCorruptData,
                "the manifest has no list of at most " + std::to_string(kLayersMax) + " layers");
  }
  for (const auto& item : *layers) {
    const boost::json::object* layer = item.if_object();
    if (layer == nullptr || string_member(*layer, "mediaType") != media_type) continue;
    OUTPOST_TRY(const Digest digest,
                Digest::parse_prefixed(string_member(*layer, "digest").value_or("")));
    const auto bytes = size_member(*layer, "size");
    if (!bytes) return fail(ErrorCode::kCorruptData, "a layer of the manifest has no size");
    return std::optional<Layer>(Layer{digest, *bytes});
  }
  return std::optional<Layer>();
}

Result<net::Url> RegistrySource::url(const FetchContext& context, const std::string& what) const {
  const std::string base = host_.empty() ? context.endpoints.registry : "https://" + host_;
  return net::Url::parse(base + "/v2/" + repository_ + what);
}

Result<RemoteFile> RegistrySource::describe(FetchContext& context) {
  OUTPOST_TRY(net::Url manifest_url, url(context, "/manifests/" + tag_));
  net::HttpRequest request{.url = std::move(manifest_url)};
  request.headers = {{"Accept", "application/vnd.docker.distribution.manifest.v2+json"}};
  request.limits.body_bytes = kManifestBytesMax;
  auto text = context.http.fetch_text(request, context.cancel);
  if (!text) {
    if (text.error().code == ErrorCode::kNotFound)
      text.error().hint = "is '" + name() + "' spelled right?";
    return fail(text.error());
  }
  OUTPOST_TRY(const auto manifest, parse_json_object(*text, "the manifest of " + name()));
  OUTPOST_TRY(const auto layer, find_layer(manifest, "application/vnd.ollama.image.model"));
  if (!layer) {
    return fail(ErrorCode::kUnsupported, name() + " has no model layer in the GGUF format");
  }
  layer_ = layer->digest;
  RemoteFile remote{layer->digest, layer->bytes, ""};
  if (context.license_wanted) remote.license = license(context, manifest);
  return remote;
}

Status RegistrySource::fetch(FetchContext& context, const RemoteFile& expected, PartialFile& file) {
  OUTPOST_TRY(net::Url blob, url(context, "/blobs/sha256:" + layer_->hex()));
  return download(context, {std::move(blob), {}, text()}, expected, file);
}

// First line of the licence layer; empty when there is none. Never a reason for a pull to fail.
std::string RegistrySource::license(FetchContext& context,
                                    const boost::json::object& manifest) const {
  const auto layer = find_layer(manifest, "application/vnd.ollama.image.license");
  if (!layer || !*layer || (*layer)->bytes > kLicenseBytesMax) return {};
  auto address = url(context, "/blobs/sha256:" + (*layer)->digest.hex());
  if (!address) return {};
  net::HttpRequest request{.url = std::move(*address)};
  request.limits.body_bytes = kLicenseBytesMax;
  const auto text = context.http.fetch_text(request, context.cancel);
  if (!text || sha256_of(*text) != (*layer)->digest) return {};
  const std::size_t begin = text->find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return {};
  std::string line =
      text->substr(begin, std::min(text->find_first_of("\r\n", begin) - begin, kLicenseLineMax));
  std::replace_if(line.begin(), line.end(), [](char c) { return c < 0x20 || c == 0x7f; }, '?');
  return line;
}

} // namespace

Result<std::unique_ptr<Source>> read_registry_source(std::string_view rest) {
  std::string_view path = rest;
  std::string host, tag = "latest", space = "library";
  // A host is a first part with a dot or a port, as container tools tell it from a namespace.
  const std::size_t slash = path.find('/');
  if (slash != std::string_view::npos) {
    const std::string_view first = path.substr(0, slash);
    if (first.find_first_of(".:") != std::string_view::npos) {
      host = first;
      path.remove_prefix(slash + 1);
    }
  }
  if (const std::size_t colon = path.rfind(':'); colon != std::string_view::npos) {
    tag = path.substr(colon + 1);
    path = path.substr(0, colon);
  }
  if (const std::size_t inner = path.find('/'); inner != std::string_view::npos) {
    space = path.substr(0, inner);
    path.remove_prefix(inner + 1);
  }
  const std::string name(path);
  const bool valid = (host.empty() || is_plain_name(host, "-.:")) && is_plain_name(space, "-_.") &&
                     is_plain_name(name, "-_.") && is_plain_name(tag, "-_.");
  if (!valid) {
    return fail(ErrorCode::kInvalidArgument, "'" + std::string(rest) + "' names no model",
                "name:tag, namespace/name:tag, or a source such as hf://org/repo/file.gguf");
  }
  return std::unique_ptr<Source>(
      std::make_unique<RegistrySource>(std::move(host), space + "/" + name, std::move(tag)));
}

} // namespace outpost::catalog
