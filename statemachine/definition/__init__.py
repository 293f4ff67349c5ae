"""Reading a definition: its JSON, its states, and every fault in it at once."""
