"""Mails, mailboxes, and what Outlook writes."""
