"""The rules of GB/T 9704-2012 that a printed document is measured against, subject by subject; see docs/documents.md."""
