"""The table by which work on the digitizer is judged: all scans with truth, scored and compared with before."""
