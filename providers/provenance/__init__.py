"""Content Credentials: what files say of where they come from, signed. c2pa is loaded by whoever first signs or reads, never here."""
