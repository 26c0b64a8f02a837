"""The local services: PostgreSQL, Valkey, stand-ins, web, worker and beat, started and stopped as one."""
