"""What the dialogue does when a rule says so: thin actions that translate between Rasa's tracker and the domain."""
