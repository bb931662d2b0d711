// Tools that are requests to addresses on a list. What an argument becomes is percent-encoded, the
// finished address is looked up in the list again, redirects are answers, and private addresses are
// refused where the connection is made unless the list says otherwise.
#pragma once
#include <memory>
#include <string>
#include <vector>

#include "agents/spec/http_section.h"
#include "agents/tools/toolset.h"
#include "base/clock.h"
#include "net/http_client.h"

namespace outpost::agents {

class HttpToolset final : public Toolset {
public:
  // `clock` outlives the toolset.
  HttpToolset(HttpSection section, Clock& clock);

  [[nodiscard]] const std::vector<Tool>& tools() const override { return tools_; }
  // kPermissionDenied for an address off the list or a private one; kUnavailable, kTimeout,
  // kCancelled; kCorruptData for an answer beyond the limit or without what was to be extracted.
  // 404 is "nothing" where the tool says what to say then; another 4xx is kInvalidArgument. What is
  // not a GET carries the context's idempotency key.
  Result<ToolResult> call(const Call& call, const CallContext& context) override;

private:
  Result<net::HttpRequest> request_for(const HttpTool& tool, const Call& call,
                                       const std::string& idempotency_key) const;
  Result<ToolResult> result_from(const HttpTool& tool, const Call& call,
                                 const std::string& body) const;

  HttpSection section_;
  std::vector<Tool> tools_;
  net::HttpClient public_;  // refuses private addresses
  net::HttpClient private_; // for places that allow them
};

} // namespace outpost::agents
