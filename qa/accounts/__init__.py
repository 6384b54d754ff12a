"""Who somebody is, and what they may read: users, their keys and sessions, and what was asked and opened."""
