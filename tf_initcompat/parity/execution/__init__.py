"""Where and how initializers are called: contexts, placement, sampling."""
