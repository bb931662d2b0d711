// What an MCP peer sends: frames of both kinds, messages, definitions of tools, answers, and a whole
// server behind them. The first byte says how the stream is cut.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "agents/tools/function/function_toolset.h"
#include "mcp/frames.h"
#include "mcp/header_values.h"
#include "mcp/server.h"
#include "mcp/tool_answer.h"
#include "mcp/tool_definition.h"

namespace {

using namespace outpost;

void take(const std::string& text, mcp::Server& server) {
  const auto message = mcp::parse_message(text);
  if (!message) return;
  (void)server.handle(*message, {});
  (void)mcp::read_tool_answer(message->result);
  const boost::json::value* tools = message->result.if_contains("tools");
  if (tools == nullptr || !tools->is_array()) return;
  for (const boost::json::value& one : tools->get_array()) {
    const auto tool = mcp::read_tool_definition(one);
    if (tool) (void)mcp::header_values(tool->input_schema, message->result);
  }
}

template <class Frames>
void feed(std::string_view bytes, std::size_t piece, mcp::Server& server) {
  Frames frames(1U << 16U);
  while (!bytes.empty()) {
    const std::string_view part = bytes.substr(0, piece);
    bytes.remove_prefix(part.size());
    if (!frames.feed(part)) return;
    while (const auto text = frames.next()) take(*text, server);
  }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  agents::FunctionToolset tools;
  tools.add({.name = "echo", .input_schema = R"({"type":"object"})"},
            [](const agents::Arguments& arguments,
               const agents::CallContext&) -> Result<boost::json::value> {
              return boost::json::value(arguments.all());
            });
  mcp::Server server(tools, {});
  const std::string_view bytes(reinterpret_cast<const char*>(data + 1), size - 1);
  const std::size_t piece = 1 + data[0] / 2;
  if (data[0] % 2 == 0) feed<mcp::LineFrames>(bytes, piece, server);
  else feed<mcp::EventFrames>(bytes, piece, server);
  return 0;
}
