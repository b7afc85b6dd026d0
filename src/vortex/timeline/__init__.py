"""How it is cut: when things are said and shown, captions, chapters, the mix."""
