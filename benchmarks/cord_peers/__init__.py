"""The published circuits of the spinal cord for `benchmarks/cord.py`, and NEURON's side of them."""
