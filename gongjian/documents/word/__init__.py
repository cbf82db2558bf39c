"""The same sheet as a Word file, for those who go on writing in a word processor."""

from gongjian.documents.word.writing import render_docx

__all__ = ["render_docx"]
