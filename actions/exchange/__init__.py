"""Exchange: tickets from an older system in, tickets and conversations out, as files."""
