"""Sheets and other tables as files: Excel workbooks, of today and old ones, and separated values."""
