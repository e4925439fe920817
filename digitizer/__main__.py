"""`python -m digitizer` is `digitizer`."""

from digitizer.cli import main

if __name__ == "__main__":
    main()
