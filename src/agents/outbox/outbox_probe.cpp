// A process that does numbered tasks through an outbox, for a test that kills it:
//   outbox_probe FOLDER SEED LEASE_MS      tasks from where the last process stopped, without end
//   outbox_probe FOLDER deliver LEASE_MS   sends what waits, until nothing does
// A line in FOLDER/acknowledged says that a task's outcome was told.
#include <cstdlib>
#include <fstream>
#include <thread>

#include "agents/outbox/deferring_toolset.h"
#include "agents/outbox/simulated_line.h"

namespace {

using namespace outpost;
using namespace outpost::agents;

int tasks_acknowledged(const std::string& folder) {
  std::ifstream file(folder + "/acknowledged");
  int lines = 0;
  for (std::string line; std::getline(file, line);) ++lines;
  return lines;
}

int do_tasks(const std::string& folder, DeferringToolset& tools) {
  std::ofstream acknowledged(folder + "/acknowledged", std::ios::app);
  for (int i = tasks_acknowledged(folder);; ++i) {
    const Call call{"c1", i % 2 == 0 ? "send" : "pay", {{"box", i % 5}, {"number", i}}};
    const auto result = tools.call(call, {{"ann"}, "please", {}, "task" + std::to_string(i)});
    const std::string outcome = result ? std::string(to_string(result->outcome)) : "unknown";
    if (!result && result.error().code != ErrorCode::kUnavailable) return 3;
    acknowledged << i << " " << outcome << std::endl;
  }
}

int deliver_all(Outbox& outbox, Courier& courier) {
  while (true) {
    if (!outbox.hurry() || !courier.deliver(CancelToken())) return 4;
    const auto waiting = outbox.count(OutboxState::kWaiting);
    const auto sending = outbox.count(OutboxState::kSending);
    if (!waiting || !sending) return 5;
    if (*waiting + *sending == 0) return 0;
    std::this_thread::yield(); // a dead sender's lease runs out
  }
}

} // namespace

int main(int argc, char** argv) {
  if (argc != 4) return 2;
  const std::string folder = argv[1];
  const bool delivers = std::string(argv[2]) == "deliver";
  const std::uint64_t seed = std::strtoull(argv[2], nullptr, 10);
  SystemClock clock;
  Random random(seed);
  auto outbox = Outbox::open(folder + "/outbox.sqlite", clock,
                             {.lease = std::chrono::milliseconds(std::atoi(argv[3]))});
  auto line = SimulatedLine::open(folder + "/receiver.sqlite", [&] {
    const std::uint32_t dice = delivers ? 9 : random.next_below(10);
    return dice == 0   ? SimulatedLine::Cut::kBefore
           : dice == 1 ? SimulatedLine::Cut::kAfter
                       : SimulatedLine::Cut::kNone;
  });
  if (!outbox || !line) return 6;
  remote::ConnectionProbe probe([&] { return delivers || random.next_below(4) != 0; }, clock, seed,
                                {.online = {}, .offline = {}, .offline_most = {}});
  Courier courier(
      *outbox, probe, "desk",
      [&](const OutboxItem& item, const CancelToken& cancel) {
        return call_item(**line, item, cancel);
      },
      seed);
  std::ofstream(folder + "/ready") << "1" << std::flush;
  DeferringToolset tools(**line, *outbox, courier, "desk",
                         {{"send", {.repeatable = true, .order_parameter = "box"}}, {"pay", {}}},
                         seed);
  return delivers ? deliver_all(*outbox, courier) : do_tasks(folder, tools);
}
