// The revisions of the protocol that are spoken. Up to 2025-11-25 a connection begins with an
// `initialize` handshake; from 2026-07-28 on every request says for itself what it speaks.
#pragma once
#include <algorithm>
#include <array>
#include <string_view>

namespace outpost::mcp {

inline constexpr std::string_view kModernRevision = "2026-07-28";
inline constexpr std::string_view kHandshakeRevision = "2025-11-25";
// Older ones differ from kHandshakeRevision in nothing that is used here.
inline constexpr auto kHandshakeRevisions =
    std::to_array<std::string_view>({kHandshakeRevision, "2025-06-18", "2025-03-26"});

inline bool is_handshake_revision(std::string_view revision) {
  return std::find(kHandshakeRevisions.begin(), kHandshakeRevisions.end(), revision) !=
         kHandshakeRevisions.end();
}

// Keys of `_meta` in modern requests and results.
inline constexpr std::string_view kMetaRevision = "io.modelcontextprotocol/protocolVersion";
inline constexpr std::string_view kMetaCapabilities = "io.modelcontextprotocol/clientCapabilities";
inline constexpr std::string_view kMetaClient = "io.modelcontextprotocol/clientInfo";
inline constexpr std::string_view kMetaServer = "io.modelcontextprotocol/serverInfo";

} // namespace outpost::mcp
