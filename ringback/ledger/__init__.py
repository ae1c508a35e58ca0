"""The ledger: what was asked, ordered, seen and told. `store.Ledger` is the only door."""
