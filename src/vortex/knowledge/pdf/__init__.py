"""The typography of PDF pages: from characters to lines, columns, furniture and blocks."""
