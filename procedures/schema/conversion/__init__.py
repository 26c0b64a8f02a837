"""Records of other systems turned into definitions: what cannot be mapped is told of, never dropped."""
