"""The rules of tools/tidy: one module each, a function check(tree) that yields Findings."""
