"""What residents see in a browser: the chat, the regulation, the service catalog."""
