#include "agents/eval/sandbox.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <span>
#include <system_error>
#include <utility>

#include "base/checksum.h"
#include "base/random.h"
#include "store/database.h"

namespace outpost::agents {
namespace {

namespace fs = std::filesystem;

// Databases are copied by SQLite, never as files; hidden files belong to nobody's work.
bool is_left_out(const fs::path& path) {
  const std::string name = path.filename().string();
  return name.starts_with(".") || name.find(".sqlite") != std::string::npos;
}

Result<std::string> read_whole(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return fail(ErrorCode::kNotFound, "cannot read " + path.string());
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// Files below a folder that are to be copied, in the order of their names.
Result<std::vector<fs::path>> files_below(const fs::path& folder) {
  std::vector<fs::path> all;
  std::error_code error;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    if (is_left_out(at->path())) {
      at.disable_recursion_pending();
    } else if (at->is_regular_file(error) && !at->is_symlink(error)) {
      all.push_back(at->path());
    }
  }
  if (error) return fail(ErrorCode::kIo, folder.string() + ": " + error.message());
  std::sort(all.begin(), all.end());
  return all;
}

Result<std::string> all_rows(store::Database& database) {
  OUTPOST_TRY(auto tables, database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' "
                                            "ORDER BY name"));
  std::string all;
  while (true) {
    OUTPOST_TRY(const bool has_table, tables.step());
    if (!has_table) return all;
    std::string name;
    for (const char c : tables.text(0)) name += c == '"' ? "\"\"" : std::string(1, c);
    OUTPOST_TRY(auto rows, database.prepare("SELECT * FROM \"" + name + "\""));
    all += name + "\x1d";
    while (true) {
      OUTPOST_TRY(const bool has_row, rows.step());
      if (!has_row) break;
      for (int column = 0; column < rows.column_count(); ++column) {
        all += std::string(rows.text(column)) + (rows.is_null(column) ? "\x1c" : "\x1f");
      }
      all += '\x1e';
    }
  }
}

Result<store::Database> open_to_read(const fs::path& path) {
  store::OpenOptions options;
  options.access = store::Access::kRead;
  return store::Database::open(path, options);
}

// Is the script there, and the database not, or older than it?
bool is_made_from(const fs::path& script, const fs::path& database) {
  std::error_code error;
  const auto written = fs::last_write_time(script, error);
  if (error) return false;
  const auto made = fs::last_write_time(database, error);
  return error || made < written;
}

} // namespace

Result<std::unique_ptr<Sandbox>> Sandbox::make(const AgentSpec& spec, const fs::path& scratch) {
  // Of its own, so that evaluations may run side by side.
  std::unique_ptr<Sandbox> made(
      new Sandbox(spec, scratch / ("sandbox-" + std::to_string(random_seed()))));
  std::error_code error;
  fs::create_directories(made->files(), error);
  if (error) return fail(ErrorCode::kIo, made->folder_.string() + ": " + error.message());
  AgentSpec& copy = made->spec_;
  // Programs expect what lies beside them, so their agent's folder is copied whole.
  const bool runs_programs = !spec.commands.empty();
  if (runs_programs) {
    // A file that is named without its folder is in the current one.
    OUTPOST_CHECK(made->copy_files(spec.folder.empty() ? "." : spec.folder, made->files()));
    copy.folder = made->files();
  }
  if (!spec.files.root.empty()) {
    copy.files.root = made->files() / spec.files.root.filename();
    OUTPOST_CHECK(made->copy_files(spec.files.root, copy.files.root));
  }
  if (!spec.email.address.empty()) OUTPOST_CHECK(made->copy_mailbox(spec.email));
  if (!spec.database.empty()) {
    copy.database = (runs_programs ? made->files() : made->folder_) / spec.database.filename();
    OUTPOST_CHECK(made->copy_database(spec.database));
  }
  return made;
}

Sandbox::~Sandbox() {
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Status Sandbox::copy_database(const fs::path& original) {
  fs::path script = original;
  script.replace_extension(".sql");
  if (is_made_from(script, original)) {
    OUTPOST_TRY(const std::string text, read_whole(script));
    OUTPOST_TRY(store::Database made, store::Database::open(spec_.database));
    return made.execute(text);
  }
  OUTPOST_TRY(store::Database from, open_to_read(original));
  return from.backup_to(spec_.database);
}

// The mailbox of files stands for the servers: nothing is looked up there, nothing is sent.
Status Sandbox::copy_mailbox(const EmailSection& email) {
  EmailSection& copy = spec_.email;
  if (email.folder.empty()) {
    return fail(ErrorCode::kInvalidArgument,
                "the mailbox of " + spec_.name + " is on a server, which no evaluation touches",
                "give it a `folder` of messages beside `imap`");
  }
  copy.imap.clear();
  copy.smtp.clear();
  copy.folder = files() / email.folder.filename();
  return copy_files(email.folder, copy.folder);
}

Status Sandbox::copy_files(const fs::path& from, const fs::path& to) {
  OUTPOST_TRY(const auto all, files_below(from));
  std::error_code error;
  for (const fs::path& one : all) {
    copied_bytes_ += fs::file_size(one, error);
    if (error) return fail(ErrorCode::kIo, one.string() + ": " + error.message());
    if (copied_bytes_ > kFilesBytesMax) {
      return fail(ErrorCode::kLimitExceeded, "the files of " + spec_.name + " have more than " +
                                                 std::to_string(kFilesBytesMax >> 20U) +
                                                 " MiB, too much for a sandbox");
    }
    const fs::path target = to / one.lexically_relative(from);
    fs::create_directories(target.parent_path(), error);
    fs::copy_file(one, target, fs::copy_options::overwrite_existing, error);
    if (error) return fail(ErrorCode::kIo, target.string() + ": " + error.message());
  }
  return {};
}

Status Sandbox::execute(const std::vector<std::string>& statements) {
  if (statements.empty()) return {};
  OUTPOST_TRY(store::Database database, store::Database::open(spec_.database));
  for (const std::string& sql : statements) OUTPOST_CHECK(database.execute(sql));
  return {};
}

Result<std::string> Sandbox::value_of(const std::string& sql) const {
  OUTPOST_TRY(store::Database database, open_to_read(spec_.database));
  OUTPOST_TRY(auto query, database.prepare(sql));
  OUTPOST_TRY(const bool found, query.step());
  return found ? std::string(query.text(0)) : std::string();
}

Result<std::string> Sandbox::text_of(const std::string& file) const {
  std::error_code error;
  const fs::path path = files() / file;
  if (!fs::is_regular_file(path, error)) return std::string();
  return read_whole(path);
}

Result<std::uint64_t> Sandbox::fingerprint() const {
  std::string all;
  if (!spec_.database.empty()) {
    OUTPOST_TRY(store::Database database, open_to_read(spec_.database));
    OUTPOST_TRY(all, all_rows(database));
  }
  OUTPOST_TRY(const auto present, files_below(files()));
  for (const fs::path& one : present) {
    OUTPOST_TRY(const std::string text, read_whole(one));
    all += one.lexically_relative(files()).string() + "\x1d" + text + "\x1e";
  }
  return checksum(std::as_bytes(std::span(all)));
}

} // namespace outpost::agents
