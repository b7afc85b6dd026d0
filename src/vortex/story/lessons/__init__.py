"""Lessons: films without a document, which run the real algorithm and tell what it did.

One file a lesson. ``lesson.py`` says what a lesson is, ``trace.py`` what a run leaves, ``talk.py`` how it is told,
``catalogue.py`` which lessons there are, ``writer.py`` how a lesson of the right length joins the way of every film.
``docs/lessons.md`` shows how to write one.
"""
