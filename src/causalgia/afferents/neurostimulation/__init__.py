"""What electrodes at the cord, the root ganglion, a nerve or the skin make afferent fibers do."""
