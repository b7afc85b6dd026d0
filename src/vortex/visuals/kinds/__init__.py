"""The kinds of shots: one file a kind, found by the table of ``visuals.kinds.table``.

A file of a kind holds ``build(params, stage) -> Scene``. It measures its texts with the stage, divides
``stage.content`` among them, adds elements to ``stage.scene()`` in the order in which they are painted, named by their
cue targets, and sets them in motion at the frames that ``stage.reveals`` gives. It never meets captions, chips,
other shots, files or clocks. What cannot be set legibly raises ``DoesNotFit``.
"""
