"""Primary afferents: C, A-delta and A-beta fibers with zones where they can be ill or treated."""
