#include "catalog/installed_list.h"

#include <algorithm>

#include "catalog/disk.h"
#include "catalog/json_text.h"

namespace outpost::catalog {
namespace {

namespace json = boost::json;
constexpr std::size_t kListFileBytesMax = 4 << 20;
constexpr std::uint64_t kVersion = 1;

Result<InstalledModel> read_model(const json::value& item) {
  const json::object* object = item.if_object();
  const auto name = object != nullptr ? string_member(*object, "name") : std::nullopt;
  if (!name) return fail(ErrorCode::kCorruptData, "an entry has no name");
  OUTPOST_TRY(const Digest digest, Digest::parse(string_member(*object, "sha256").value_or("")));
  const json::value* known = object->if_contains("digest_was_known");
  return InstalledModel{
      *name,
      digest,
      size_member(*object, "bytes").value_or(0),
      string_member(*object, "source").value_or(""),
      string_member(*object, "license").value_or(""),
      static_cast<std::int64_t>(size_member(*object, "installed_at_ms").value_or(0)),
      known != nullptr && known->is_bool() && known->get_bool()};
}

Result<std::vector<InstalledModel>> read_models(std::string_view text) {
  OUTPOST_TRY(const json::object object, parse_json_object(text, "the file"));
  const json::array* list = array_member(object, "models");
  if (list == nullptr || size_member(object, "version") != kVersion) {
    return fail(ErrorCode::kCorruptData, "it is not a list of models of version 1");
  }
  std::vector<InstalledModel> models;
  for (const auto& item : *list) {
    OUTPOST_TRY(InstalledModel model, read_model(item));
    models.push_back(std::move(model));
  }
  return models;
}

json::object to_json(const InstalledModel& model) {
  return {{"name", model.name},
          {"sha256", model.digest.hex()},
          {"bytes", model.bytes},
          {"source", model.source},
          {"license", model.license},
          {"installed_at_ms", model.installed_at_ms},
          {"digest_was_known", model.digest_was_known}};
}

} // namespace

InstalledList::InstalledList(const std::filesystem::path& home)
    : file_(home / "installed.json"), lock_(home / "installed.lock") {}

Result<std::vector<InstalledModel>> InstalledList::read() const {
  const auto text = read_small_file(file_, kListFileBytesMax);
  if (!text && text.error().code == ErrorCode::kNotFound) return std::vector<InstalledModel>{};
  if (!text) return fail(text.error());
  auto models = read_models(*text);
  if (!models) {
    return fail(ErrorCode::kCorruptData,
                "'" + file_.string() + "' cannot be used: " + models.error().message,
                "move it away and pull again; models already there are not loaded a second time");
  }
  return models;
}

Result<std::optional<InstalledModel>> InstalledList::find(std::string_view name) const {
  OUTPOST_TRY(const auto models, read());
  for (const auto& model : models) {
    if (model.name == name) return std::optional<InstalledModel>(model);
  }
  return std::optional<InstalledModel>();
}

Status InstalledList::write(const std::vector<InstalledModel>& models) const {
  json::array list;
  for (const auto& model : models) list.push_back(to_json(model));
  return write_file_atomically(
      file_, json::serialize(json::object{{"version", kVersion}, {"models", std::move(list)}}));
}

Result<std::optional<InstalledList::Former>> InstalledList::put(const InstalledModel& model) const {
  return replace(model.name, &model);
}

Result<std::optional<InstalledList::Former>> InstalledList::remove(std::string_view name) const {
  return replace(name, nullptr);
}

Result<std::optional<InstalledList::Former>>
InstalledList::replace(std::string_view name, const InstalledModel* successor) const {
  OUTPOST_TRY(const auto lock, lock_file(lock_));
  OUTPOST_TRY(auto models, read());
  std::optional<Former> former;
  for (const auto& model : models) {
    if (model.name == name) former = Former{model};
  }
  std::erase_if(models, [&](const InstalledModel& model) { return model.name == name; });
  if (successor != nullptr) models.push_back(*successor);
  std::sort(models.begin(), models.end(),
            [](const InstalledModel& a, const InstalledModel& b) { return a.name < b.name; });
  OUTPOST_CHECK(write(models));
  if (former) {
    former->digest_still_used = std::any_of(models.begin(), models.end(), [&](const auto& model) {
      return model.digest == former->model.digest;
    });
  }
  return former;
}

} // namespace outpost::catalog
