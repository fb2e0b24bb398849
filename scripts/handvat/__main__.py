"""Run the command line: `python -m handvat`."""

from handvat.cli import main

if __name__ == "__main__":
    main()
