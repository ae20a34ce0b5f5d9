"""JSON over HTTP: the chat API, health, and the engine's way back to the actions."""
