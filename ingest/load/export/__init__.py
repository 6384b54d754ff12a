"""What other programs export: chats, notes, maps, statements of accounts."""
