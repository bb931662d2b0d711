#include "catalog/catalog.h"

#include <algorithm>

#include "base/utf8.h"
#include "catalog/disk.h"

namespace outpost::catalog {
namespace {

namespace fs = std::filesystem;

// A bare word is an alias or a mistake; only a colon or a scheme says "look outside".
bool names_a_source(std::string_view text) { return text.find(':') != std::string_view::npos; }

// The name under which a source would be installed; the text itself if it is none.
std::string installed_name(std::string_view text) {
  if (!names_a_source(text)) return std::string(text);
  const auto source = parse_source(text);
  return source ? (*source)->name() : std::string(text);
}

std::string known_names(const std::vector<Alias>& aliases) {
  std::string names;
  for (const auto& alias : aliases) names += (names.empty() ? "" : ", ") + alias.name;
  return names;
}

} // namespace

Catalog::Catalog(fs::path home, Endpoints endpoints, net::HttpClient& http, Clock& clock,
                 PullLimits limits)
    : home_(std::move(home)), endpoints_(std::move(endpoints)), http_(http), clock_(clock),
      limits_(limits), store_(home_), installed_(home_) {}

Result<std::optional<Alias>> Catalog::find_alias(std::string_view name) const {
  OUTPOST_TRY(const auto aliases, load_aliases(home_ / "aliases.json"));
  for (const auto& alias : aliases) {
    if (alias.name == name) return std::optional<Alias>(alias);
  }
  return std::optional<Alias>();
}

Result<PullRequest> Catalog::request_for(std::string_view what) const {
  OUTPOST_TRY(const auto aliases, load_aliases(home_ / "aliases.json"));
  PullRequest request;
  for (const auto& alias : aliases) {
    if (alias.name != what) continue;
    request.name = alias.name;
    request.expected = {alias.digest, alias.bytes, alias.license};
    for (const auto& text : alias.sources) {
      OUTPOST_TRY(auto source, parse_source(text));
      request.sources.push_back(std::move(source));
    }
    return request;
  }
  if (!names_a_source(what)) {
    return fail(ErrorCode::kNotFound, "there is no model called '" + std::string(what) + "'",
                "known are " + known_names(aliases) +
                    "; from Ollama's library write name:tag, from elsewhere hf://org/repo/file, "
                    "https://... or file:///path");
  }
  OUTPOST_TRY(auto source, parse_source(what));
  request.name = source->name();
  request.always_ask = source->may_change();
  OUTPOST_TRY(const auto before, installed_.find(request.name));
  // Trusted on first use: from then on this digest and no other, until the name is removed.
  if (before && !request.always_ask) request.expected.digest = before->digest;
  request.sources.push_back(std::move(source));
  return request;
}

Result<PullOutcome> Catalog::pull(std::string_view what, ProgressCallback on_progress,
                                  const CancelToken& cancel) {
  OUTPOST_TRY(const PullRequest request, request_for(what));
  ProgressReporter progress(clock_, std::move(on_progress));
  FetchContext context{http_, endpoints_, limits_, store_, clock_, progress, cancel};
  return Pull(context, installed_).run(request);
}

ModelEntry Catalog::entry_of(const Alias& alias) const {
  ModelEntry entry{alias.name,   alias.title, alias.license,
                   alias.digest, alias.bytes, alias.sources};
  entry.partial_bytes = store_.partial_size(BlobStore::partial_key(alias.digest)).value_or(0);
  return entry;
}

ModelEntry Catalog::entry_of(const InstalledModel& model, const std::optional<Alias>& alias) const {
  ModelEntry entry{model.name,    alias ? alias->title : "",
                   model.license, model.digest,
                   model.bytes,   {model.source}};
  entry.installed = model;
  if (store_.contains(model.digest)) entry.path = store_.blob_path(model.digest);
  return entry;
}

Result<std::vector<ModelEntry>> Catalog::list() const {
  OUTPOST_TRY(const auto installed, installed_.read());
  OUTPOST_TRY(auto aliases, load_aliases(home_ / "aliases.json"));
  std::sort(aliases.begin(), aliases.end(),
            [](const Alias& a, const Alias& b) { return a.name < b.name; });
  std::vector<ModelEntry> entries;
  for (const auto& model : installed) {
    const auto alias = std::find_if(aliases.begin(), aliases.end(),
                                    [&](const Alias& item) { return item.name == model.name; });
    entries.push_back(entry_of(model, alias == aliases.end() ? std::optional<Alias>() : *alias));
    if (alias != aliases.end()) aliases.erase(alias);
  }
  for (const auto& alias : aliases) entries.push_back(entry_of(alias));
  return entries;
}

Result<ModelEntry> Catalog::show(std::string_view name) const {
  OUTPOST_TRY(const auto alias, find_alias(name));
  OUTPOST_TRY(const auto model, installed_.find(installed_name(name)));
  if (model) return entry_of(*model, alias);
  if (alias) return entry_of(*alias);
  return fail(ErrorCode::kNotFound, "there is no model called '" + std::string(name) + "'",
              "outpost list shows what is here");
}

Result<RemoveOutcome> Catalog::remove(std::string_view name) {
  OUTPOST_TRY(const ModelEntry entry, show(name));
  RemoveOutcome outcome{entry.name};
  OUTPOST_TRY(outcome.freed_bytes, discard_partial_of(entry));
  OUTPOST_TRY(const auto removed, installed_.remove(entry.name));
  OUTPOST_TRY(const auto others, installed_.read());
  outcome.still_used = std::any_of(others.begin(), others.end(), [&](const InstalledModel& other) {
    return other.digest == entry.digest;
  });
  // The file may be there without its name, if a pull was killed between the two.
  const bool has_blob = store_.contains(entry.digest);
  if (!removed && outcome.freed_bytes == 0 && (!has_blob || outcome.still_used)) {
    return fail(ErrorCode::kNotFound, "'" + entry.name + "' is not installed");
  }
  if (has_blob && !outcome.still_used) {
    OUTPOST_TRY(const std::uint64_t bytes, store_.blob_size(entry.digest));
    OUTPOST_CHECK(store_.remove(entry.digest));
    outcome.freed_bytes += bytes;
  }
  return outcome;
}

Status Catalog::copy(std::string_view from, std::string_view to) {
  constexpr std::size_t kNameMax = 255;
  const auto is_visible = [](char c) { return static_cast<unsigned char>(c) > ' ' && c != 0x7F; };
  if (to.empty() || to.size() > kNameMax || !is_utf8(to) || !std::ranges::all_of(to, is_visible)) {
    return fail(ErrorCode::kInvalidArgument, "the new name is no name for a model",
                "use 1 to 255 bytes without spaces");
  }
  OUTPOST_TRY(auto model, installed_.find(from));
  if (!model) {
    return fail(ErrorCode::kNotFound, "'" + std::string(from) + "' is not installed");
  }
  OUTPOST_TRY(const auto taken, installed_.find(to));
  OUTPOST_TRY(const auto alias, find_alias(to));
  if (alias || (taken && taken->digest != model->digest)) {
    return fail(ErrorCode::kConflict, "'" + std::string(to) + "' is the name of another model");
  }
  model->name = to;
  const auto put = installed_.put(*model);
  if (!put) return fail(put.error());
  return {};
}

Result<std::uint64_t> Catalog::discard_partial_of(const ModelEntry& entry) {
  const auto key = BlobStore::partial_key(entry.digest);
  const auto bytes = store_.partial_size(key);
  if (!bytes) return std::uint64_t{0};
  OUTPOST_TRY(auto partial, store_.open_partial(key));
  if (!partial) {
    return fail(ErrorCode::kConflict, "'" + entry.name + "' is being pulled just now",
                "end that pull first");
  }
  OUTPOST_CHECK(partial->discard());
  return *bytes;
}

Result<std::uint64_t> Catalog::discard_partial() { return store_.discard_abandoned(); }

Result<fs::path> Catalog::resolve(std::string_view model) const {
  OUTPOST_TRY(const auto installed, installed_.find(installed_name(model)));
  if (installed && store_.contains(installed->digest)) return store_.blob_path(installed->digest);
  OUTPOST_TRY(const auto alias, find_alias(model));
  if (alias && store_.contains(alias->digest)) return store_.blob_path(alias->digest);
  std::error_code error;
  const fs::path path(model);
  if (fs::is_regular_file(path, error)) return fs::absolute(path, error);
  if (alias || installed) {
    return fail(ErrorCode::kNotFound, "the model '" + std::string(model) + "' is not here yet",
                "outpost pull " + std::string(model));
  }
  return fail(ErrorCode::kNotFound,
              "'" + std::string(model) + "' is neither a model that is here nor a file",
              "outpost list shows the models");
}

} // namespace outpost::catalog
