"""Workbooks: reading what strangers send, writing what head office edits."""
