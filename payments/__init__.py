"""Money: payments, their providers and an append-only ledger; knows no dossier."""
