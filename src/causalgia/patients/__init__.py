"""Cases, virtual patients, and what a case means for them."""
