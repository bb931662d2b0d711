#include "mcp/definition_store.h"

#include <array>

namespace outpost::mcp {
namespace {

constexpr auto kSteps = std::to_array<std::string_view>(
    {"CREATE TABLE server (name TEXT PRIMARY KEY) STRICT;"
     "CREATE TABLE pin (server TEXT NOT NULL REFERENCES server(name), tool TEXT NOT NULL,"
     " digest TEXT NOT NULL, waiting_digest TEXT NOT NULL, waiting_text TEXT NOT NULL,"
     " why TEXT NOT NULL, PRIMARY KEY (server, tool)) STRICT;"});

std::string reasons(const ToolDefinition& tool, bool is_new) {
  std::string why = is_new ? "it is new" : "its definition has changed";
  for (const std::string& warning : tool.warnings) why += "; " + warning;
  return why;
}

} // namespace

Result<DefinitionStore> DefinitionStore::prepare(store::Database database) {
  OUTPOST_CHECK(store::migrate(database, kSteps));
  return DefinitionStore(std::move(database));
}

Result<DefinitionStore> DefinitionStore::open(const std::filesystem::path& path) {
  OUTPOST_TRY(auto database, store::Database::open(path));
  return prepare(std::move(database));
}

Result<DefinitionStore> DefinitionStore::open_in_memory() {
  OUTPOST_TRY(auto database, store::Database::open_in_memory());
  return prepare(std::move(database));
}

Result<bool> DefinitionStore::knows(const std::string& server) {
  OUTPOST_TRY(auto find, database_.prepare("SELECT 1 FROM server WHERE name = ?"));
  OUTPOST_CHECK(find.bind_all(std::string_view(server)));
  return find.step();
}

Result<bool> DefinitionStore::is_accepted(const std::string& server, const ToolDefinition& tool) {
  OUTPOST_TRY(auto find,
              database_.prepare("SELECT 1 FROM pin WHERE server = ? AND tool = ? AND digest = ?"));
  OUTPOST_CHECK(find.bind_all(std::string_view(server), std::string_view(tool.name),
                              std::string_view(tool.digest)));
  return find.step();
}

// Puts down a definition that is not the accepted one.
Status DefinitionStore::note(const std::string& server, const ToolDefinition& tool, bool is_first,
                             Trust trust) {
  const bool accepts = is_first && trust == Trust::kFirstUse && tool.warnings.empty();
  OUTPOST_TRY(auto find, database_.prepare("SELECT digest FROM pin WHERE server = ? AND tool = ?"));
  OUTPOST_CHECK(find.bind_all(std::string_view(server), std::string_view(tool.name)));
  OUTPOST_TRY(const bool is_known, find.step());
  const bool is_new = !is_known || find.text(0).empty();
  OUTPOST_TRY(
      auto put,
      database_.prepare("INSERT INTO pin (server, tool, digest, waiting_digest, waiting_text, why)"
                        " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
                        " ON CONFLICT (server, tool) DO UPDATE SET waiting_digest = ?4,"
                        " waiting_text = ?5, why = ?6"));
  const std::string none;
  const std::string why = accepts ? none : reasons(tool, is_new);
  return put.run(std::string_view(server), std::string_view(tool.name),
                 std::string_view(accepts ? tool.digest : none),
                 std::string_view(accepts ? none : tool.digest),
                 std::string_view(accepts ? none : tool.text), std::string_view(why));
}

Result<std::vector<ToolDefinition>>
DefinitionStore::review(const std::string& server, const std::vector<ToolDefinition>& tools,
                        Trust trust) {
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(const bool is_known, knows(server));
  if (!is_known) {
    OUTPOST_TRY(auto add, database_.prepare("INSERT INTO server (name) VALUES (?)"));
    OUTPOST_CHECK(add.run(std::string_view(server)));
  }
  std::vector<ToolDefinition> accepted;
  for (const ToolDefinition& tool : tools) {
    OUTPOST_TRY(bool is_in, is_accepted(server, tool));
    if (!is_in) {
      OUTPOST_CHECK(note(server, tool, !is_known, trust));
      OUTPOST_TRY(is_in, is_accepted(server, tool));
    }
    if (is_in) accepted.push_back(tool);
  }
  OUTPOST_CHECK(transaction.commit());
  return accepted;
}

Result<std::size_t> DefinitionStore::accept(const std::string& server, const std::string& tool,
                                            const std::string& digest) {
  OUTPOST_TRY(auto transaction, store::Transaction::begin(database_));
  OUTPOST_TRY(auto find,
              database_.prepare("SELECT count(*), sum(substr(waiting_digest, 1, length(?3)) = ?3)"
                                " FROM pin WHERE server = ?1 AND (?2 = '' OR tool = ?2)"
                                " AND waiting_digest <> ''"));
  OUTPOST_CHECK(
      find.bind_all(std::string_view(server), std::string_view(tool), std::string_view(digest)));
  OUTPOST_CHECK(find.step());
  if (find.integer(0) == 0) {
    return fail(ErrorCode::kNotFound,
                "nothing waits to be accepted of server '" + server + "'" +
                    (tool.empty() ? "" : ", tool '" + tool + "'"),
                "outpost mcp list shows what does");
  }
  if (find.integer(1) != find.integer(0)) {
    return fail(ErrorCode::kConflict,
                "what waits has another digest than " + digest + ": it has changed since",
                "look at it again with outpost mcp list");
  }
  OUTPOST_TRY(auto put,
              database_.prepare("UPDATE pin SET digest = waiting_digest, waiting_digest = '',"
                                " waiting_text = '', why = '' WHERE server = ?1"
                                " AND (?2 = '' OR tool = ?2) AND waiting_digest <> ''"));
  OUTPOST_CHECK(put.run(std::string_view(server), std::string_view(tool)));
  const auto count = static_cast<std::size_t>(database_.changes());
  OUTPOST_CHECK(transaction.commit());
  return count;
}

Result<std::vector<PinnedTool>> DefinitionStore::list(const std::string& server) {
  OUTPOST_TRY(auto find,
              database_.prepare("SELECT server, tool, digest, waiting_digest, waiting_text, why"
                                " FROM pin WHERE ?1 = '' OR server = ?1 ORDER BY server, tool"));
  OUTPOST_CHECK(find.bind_all(std::string_view(server)));
  std::vector<PinnedTool> all;
  while (true) {
    OUTPOST_TRY(const bool more, find.step());
    if (!more) return all;
    all.push_back({std::string(find.text(0)), std::string(find.text(1)), std::string(find.text(2)),
                   std::string(find.text(3)), std::string(find.text(4)),
                   std::string(find.text(5))});
  }
}

} // namespace outpost::mcp
