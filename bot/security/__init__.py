"""Who may do what: accounts, passwords, limits."""
