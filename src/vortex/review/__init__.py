"""What is seen: the checks that a finished film must pass, and the report.

``gate.judge`` looks at a film whose makers tell all about it, ``gate.check_film`` at anybody's; ``report.write_report``
writes what they saw. The modules are imported by their names, so that this package stays free to import.
"""
