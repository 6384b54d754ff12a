"""The chat: its server, its page, and the bridge from the page to asyncio."""
