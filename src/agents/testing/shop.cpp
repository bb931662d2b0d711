#include "agents/testing/shop.h"

#include <stdlib.h>

#include "base/assert.h"
#include "store/database.h"

namespace outpost::agents::testing {
namespace {

constexpr std::string_view kRows = R"sql(
CREATE TABLE orders(id TEXT PRIMARY KEY, status TEXT NOT NULL, item TEXT NOT NULL);
INSERT INTO orders VALUES ('A-10001', 'shipped', 'kettle'), ('A-10002', 'placed', 'lamp'),
  ('A-10003', 'placed', 'tent');
CREATE TABLE products(name TEXT PRIMARY KEY, cents INTEGER NOT NULL);
INSERT INTO products VALUES ('Copper Kettle', 2700), ('Beacon Torch', 2200), ('Kestrel Tent 2P', 18900),
  ('Kestrel Tent 3P', 23900);
CREATE TABLE notes(id INTEGER PRIMARY KEY, subject TEXT NOT NULL, words TEXT NOT NULL);
)sql";

} // namespace

std::string shop_agent_yaml() {
  return R"yaml(
name: shop
model: fake
instructions: You are the desk of a small shop.
database: shop.sqlite
budgets: {steps: 5, tool_calls: 3, tokens: 20000, seconds: 60}
values:
  order_id: {description: order number, pattern: 'A-\d{5}', examples: [A-10001], cues: [order], ask: "Which order?"}
  product: {description: product name, lookup: SELECT name FROM products, examples: [Copper Kettle]}
  pieces: {description: how many, type: integer, minimum: 1, maximum: 99}
tools:
  - name: order_status
    description: Tells where an order is
    effect: read
    examples: ["Where is my order A-10001?", "Has my parcel been shipped?", Track my delivery]
    parameters: {order_id: {kind: order_id, required: true}}
    query: SELECT id, status FROM orders WHERE id = :order_id
    answer:
      - {when: {status: shipped}, say: "Order {id} is on its way."}
      - say: "Order {id} is {status}."
    no_rows: "There is no order {order_id}."
  - name: price
    description: Tells what a product costs
    effect: read
    examples: ["How much is the Copper Kettle?", "What does it cost?", "Price of 3 Copper Kettle"]
    parameters:
      product: {kind: product, required: true}
      pieces: {kind: pieces}
    query: >-
      SELECT name, coalesce(:pieces, 1) AS pieces, cents * coalesce(:pieces, 1) / 100 AS euros
      FROM products WHERE name = :product
    answer: [say: "{pieces} x {name}: {euros} euros."]
    no_rows: "There is no {product}."
  - name: cancel_order
    description: Cancels an order
    effect: irreversible
    examples: [Cancel order A-10001, Please cancel my order, I do not want my order any more]
    parameters: {order_id: {kind: order_id, required: true}}
    transaction:
      require:
        - query: SELECT 1 FROM orders WHERE id = :order_id
          otherwise: "There is no order {order_id}."
        - query: SELECT 1 FROM orders WHERE id = :order_id AND status = 'placed'
          otherwise: "Order {order_id} can't be cancelled."
      statements: ["UPDATE orders SET status = 'cancelled' WHERE id = :order_id AND status = 'placed'"]
      result: SELECT id, status FROM orders WHERE id = :order_id
    answer: [say: "Order {id} is {status}."]
  - name: note
    description: Notes a complaint for a person
    effect: reversible
    examples: [I want to complain, "The kettle I got is broken", Take a note for your team]
    parameters:
      subject: {required: true, free_text: true, max_length: 60, description: the problem in a few words}
    transaction:
      statements: ["INSERT INTO notes(subject, words) VALUES (:subject, :request)"]
      result: SELECT id, subject FROM notes ORDER BY id DESC LIMIT 1
    answer: [say: "Noted as {id}: {subject}."]
replies:
  - {name: greeting, description: the user says hello, examples: [Hello, Good morning], say: "Hello!"}
  - {name: abilities, description: the user asks for help, examples: ["What can you do?"], say: "This:\n{tools}"}
)yaml";
}

Shop::Shop() {
  std::string name = (std::filesystem::temp_directory_path() / "outpost-shop-XXXXXX").string();
  OUTPOST_ASSERT(::mkdtemp(name.data()) != nullptr);
  folder_ = name;
  auto database = store::Database::open(this->database());
  OUTPOST_ASSERT(database && database->execute(kRows));
}

Shop::~Shop() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

AgentSpec Shop::spec() const {
  auto spec = parse_agent(shop_agent_yaml(), "shop.yaml", folder_);
  OUTPOST_ASSERT(spec.has_value());
  return *std::move(spec);
}

std::string Shop::ask(const std::string& sql) const {
  auto database = store::Database::open(this->database());
  OUTPOST_ASSERT(database.has_value());
  auto query = database->prepare(sql);
  OUTPOST_ASSERT(query.has_value());
  const auto has_row = query->step();
  OUTPOST_ASSERT(has_row && *has_row);
  return std::string(query->text(0));
}

} // namespace outpost::agents::testing
