"""The command line: argument text in, printed result out."""
