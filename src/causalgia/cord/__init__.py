"""The dorsal horn: neurons, synapses, chloride, the circuit."""
