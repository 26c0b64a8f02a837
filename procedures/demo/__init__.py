"""The demonstration's own content: two authorities, their catalogues, their people and what citizens might write."""
