#include "agents/run/run_memory.h"

#include <utility>

#include "agents/memory/label_text.h"
#include "agents/run/record_text.h"
#include "chat/json_value.h"

namespace outpost::agents {
namespace {

Recalled recalled_in(const boost::json::object& body) {
  Recalled event;
  for (const boost::json::value& value : array_in(body, "items")) {
    if (!value.is_object()) continue;
    const boost::json::object& item = value.get_object();
    event.items.push_back({text_in(item, "kind"), text_in(item, "text"), text_in(item, "source"),
                           read_label(chat::json_text(object_in(item, "label")))});
  }
  return event;
}

} // namespace

Result<std::vector<Recalled::Item>> recall_in_run(Memory* memory, const RecallRequest& request,
                                                  RunJournal& journal) {
  Recalled event;
  if (const StoredEvent* recorded = journal.next("recalled")) {
    OUTPOST_TRY(const boost::json::object body, body_of(*recorded));
    event = recalled_in(body);
  } else if (memory != nullptr && journal.next() == nullptr) {
    OUTPOST_TRY(const Recollection found, memory->recall(request));
    for (const MemoryItem& item : found.items) {
      event.items.push_back(
          {std::string(to_string(item.kind)), item.text, item.source, item.label});
    }
  }
  if (event.items.empty()) return std::move(event.items);
  chat::Label label = event.items.front().label;
  for (const Recalled::Item& item : event.items) label = chat::join(label, item.label);
  OUTPOST_CHECK(journal.write(event, std::move(label)));
  return std::move(event.items);
}

} // namespace outpost::agents
