// The texts of the copy-heavy workloads. Written for this; nothing but data.
#include "cli/bench/copy.h"

namespace outpost::cli {
namespace {

constexpr std::string_view kModule =
    R"py("""Stock of a small warehouse: what is there, what is promised, what must be ordered."""
from dataclasses import dataclass, field
from datetime import date


@dataclass
class Item:
    sku: str
    name: str
    count: int = 0
    promised: int = 0
    reorder_level: int = 10
    history: list = field(default_factory=list)

    def available(self):
        return self.count - self.promised

    def needs_reorder(self):
        return self.available() < self.reorder_level


class StockError(Exception):
    """Raised when a change would leave the stock in an impossible state."""


class Warehouse:
    def __init__(self, name):
        self.name = name
        self.items = {}
        self.opened = date.today()

    def add_item(self, sku, name, count=0, reorder_level=10):
        if sku in self.items:
            raise StockError(f"item {sku} is already there")
        item = Item(sku, name, count, reorder_level=reorder_level)
        self.items[sku] = item
        return item

    def find(self, sku):
        if sku not in self.items:
            raise StockError(f"item {sku} is not known")
        return self.items[sku]

    def receive(self, sku, count):
        if count <= 0:
            raise StockError(f"cannot receive {count} of {sku}")
        item = self.find(sku)
        item.count += count
        item.history.append(("received", count))
        return item.count

    def promise(self, sku, count):
        item = self.find(sku)
        if count > item.available():
            raise StockError(f"only {item.available()} of {sku} are left")
        item.promised += count
        item.history.append(("promised", count))
        return item.available()

    def ship(self, sku, count):
        item = self.find(sku)
        if count > item.promised:
            raise StockError(f"only {item.promised} of {sku} are promised")
        item.promised -= count
        item.count -= count
        item.history.append(("shipped", count))
        return item.count

    def cancel(self, sku, count):
        item = self.find(sku)
        if count > item.promised:
            raise StockError(f"only {item.promised} of {sku} are promised")
        item.promised -= count
        item.history.append(("cancelled", count))
        return item.available()

    def to_order(self):
        wanted = {}
        for sku, item in self.items.items():
            if item.needs_reorder():
                wanted[sku] = 2 * item.reorder_level - item.available()
        return wanted

    def report(self):
        lines = [f"{self.name}, opened {self.opened}"]
        for sku in sorted(self.items):
            item = self.items[sku]
            lines.append(f"{sku:10} {item.name:20} {item.count:6} {item.available():6}")
        return lines


if __name__ == "__main__":
    warehouse = Warehouse("north")
    warehouse.add_item("A-100", "hinge", 40)
    warehouse.add_item("A-200", "handle", 5)
    warehouse.add_item("A-300", "lock", 12)
    warehouse.promise("A-100", 35)
    print(warehouse.to_order())
    for line in warehouse.report():
        print(line)
)py";

constexpr std::string_view kOrders = R"js([
  {"order": "A-20426", "customer": "Ivo Blom", "city": "Turku", "items": 6, "total": 274.78, "status": "paid"},
  {"order": "A-20435", "customer": "Ivo Blom", "city": "Lisbon", "items": 8, "total": 77.81, "status": "packed"},
  {"order": "A-20444", "customer": "Mia Vogel", "city": "Malaga", "items": 7, "total": 191.72, "status": "packed"},
  {"order": "A-20453", "customer": "Jo Lind", "city": "Porto", "items": 1, "total": 201.42, "status": "shipped"},
  {"order": "A-20462", "customer": "Ivo Blom", "city": "Lisbon", "items": 5, "total": 234.02, "status": "delayed"},
  {"order": "A-20471", "customer": "Ivo Blom", "city": "Porto", "items": 7, "total": 118.49, "status": "paid"},
  {"order": "A-20480", "customer": "Tomas Kerr", "city": "Graz", "items": 1, "total": 40.79, "status": "packed"},
  {"order": "A-20489", "customer": "Mia Vogel", "city": "Ghent", "items": 7, "total": 152.17, "status": "paid"},
  {"order": "A-20498", "customer": "Ivo Blom", "city": "Porto", "items": 4, "total": 271.26, "status": "shipped"},
  {"order": "A-20507", "customer": "Ivo Blom", "city": "Turku", "items": 6, "total": 289.39, "status": "shipped"},
  {"order": "A-20516", "customer": "Ivo Blom", "city": "Ghent", "items": 5, "total": 37.33, "status": "paid"},
  {"order": "A-20525", "customer": "Ana Reis", "city": "Leeds", "items": 2, "total": 123.14, "status": "packed"},
  {"order": "A-20534", "customer": "Tomas Kerr", "city": "Porto", "items": 7, "total": 261.83, "status": "shipped"},
  {"order": "A-20543", "customer": "Mia Vogel", "city": "Leeds", "items": 9, "total": 264.27, "status": "delayed"},
  {"order": "A-20552", "customer": "Jo Lind", "city": "Lisbon", "items": 5, "total": 2.17, "status": "shipped"},
  {"order": "A-20561", "customer": "Ana Reis", "city": "Bergen", "items": 7, "total": 87.48, "status": "delayed"}
]
)js";

std::string turn(std::string_view request, std::string_view fence, std::string_view text) {
  return "<|im_start|>user\n" + std::string(request) + "\n```" + std::string(fence) + "\n" +
         std::string(text) + "```<|im_end|>\n<|im_start|>assistant\n```" + std::string(fence) +
         "\n";
}

} // namespace

std::vector<CopyTask> copy_tasks() {
  return {{"edit_file",
           turn("Rename the method `find` to `item_of` everywhere in this file, change nothing "
                "else, and answer with the whole file.",
                "python", kModule),
           900},
          {"quote_output",
           turn("A tool returned these orders. Answer with the same list, but only the orders that "
                "are shipped or packed, each exactly as it is.",
                "json", kOrders),
           400},
          {"free_text",
           "<|im_start|>user\nTell a story of a lighthouse keeper who finds a letter in a bottle."
           "<|im_end|>\n<|im_start|>assistant\n",
           300, 1.0f}};
}

} // namespace outpost::cli
