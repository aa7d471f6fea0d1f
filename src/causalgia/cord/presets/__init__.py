"""Published circuits of the dorsal horn."""
