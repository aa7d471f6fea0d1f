"""Published models of primary afferents, one file a publication."""
