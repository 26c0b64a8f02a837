"""The ground: settings, tenants, people, permissions, audit, outbox, files."""
