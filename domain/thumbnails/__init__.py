"""Thumbnails: threads of versions, what each was asked for, and pictures that are seen while they form."""
