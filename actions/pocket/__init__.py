"""The worker's pocket: a chat on the phone that is linked to a staff account, and what comes and goes there."""
