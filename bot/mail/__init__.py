"""E-mail to those who work here: the notices that they see on their screens, in their mailbox too."""
