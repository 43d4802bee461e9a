"""Reads of fairs: published ones are public, drafts are their organisers'."""
