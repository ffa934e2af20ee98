"""The ledger: what is due, what ran, what was sent to whom, with which reply."""
