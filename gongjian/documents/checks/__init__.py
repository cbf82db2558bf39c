"""The rules of GB/T 9704-2012 that a printed document is measured against; see
docs/documents.md.
"""
