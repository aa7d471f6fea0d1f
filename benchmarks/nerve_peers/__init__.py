"""The simulators of `benchmarks/nerve.py`, one module each, run in processes of their own."""
