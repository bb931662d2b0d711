// The tables of a memory file. Private to this folder.
#pragma once
#include <array>
#include <string_view>

#include "agents/retrieval/passage_index.h"
#include "agents/retrieval/vector_table.h"

namespace outpost::agents {

// Entries of all kinds share ids, which AUTOINCREMENT never gives twice. Turns are append-only: the
// database itself refuses to change one; forgetting deletes the entry, and its parts with it. An
// owner is a principal with an agent; facts belong to the principal's owner without an agent.
inline constexpr std::string_view kMemorySchema = R"sql(
CREATE TABLE owners(id INTEGER PRIMARY KEY AUTOINCREMENT, principal TEXT NOT NULL, agent TEXT NOT NULL,
  UNIQUE (principal, agent));
CREATE TABLE entries(id INTEGER PRIMARY KEY AUTOINCREMENT,
  owner INTEGER NOT NULL REFERENCES owners(id), kind INTEGER NOT NULL, time_ms INTEGER NOT NULL,
  label TEXT NOT NULL);
CREATE INDEX entries_by_owner ON entries(owner, kind, id);
CREATE TABLE turns(id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  session TEXT NOT NULL, request TEXT NOT NULL, answer TEXT NOT NULL);
CREATE TRIGGER turns_unchanged BEFORE UPDATE ON turns
  BEGIN SELECT raise(ABORT, 'what was said is never changed'); END;
CREATE TABLE facts(id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  subject TEXT NOT NULL, relation TEXT NOT NULL, value TEXT NOT NULL,
  valid_from_ms INTEGER NOT NULL, valid_to_ms INTEGER, turn INTEGER NOT NULL,
  confidence REAL NOT NULL, single_valued INTEGER NOT NULL);
CREATE INDEX facts_by_turn ON facts(turn);
CREATE TABLE cases(id INTEGER PRIMARY KEY REFERENCES entries(id) ON DELETE CASCADE,
  request TEXT NOT NULL, plan TEXT NOT NULL, calls TEXT NOT NULL, outcome TEXT NOT NULL,
  confirmed INTEGER NOT NULL);
)sql";

inline constexpr std::string_view kTurnsOfRuns = R"sql(
ALTER TABLE turns ADD COLUMN run TEXT NOT NULL DEFAULT '';
CREATE INDEX turns_by_run ON turns(run) WHERE run <> '';
)sql";

inline constexpr std::array<std::string_view, 4> kMemoryMigrations{
    kMemorySchema, PassageIndex::kSchema, VectorTable::kSchema, kTurnsOfRuns};

// Turns and cases are searched apart.
inline constexpr std::int64_t turns_world(std::int64_t owner) { return owner * 2; }
inline constexpr std::int64_t cases_world(std::int64_t owner) { return owner * 2 + 1; }

} // namespace outpost::agents
