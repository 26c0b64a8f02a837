"""What is read: catalogue, dossiers, clocks, figures; all of it inside a tenant."""
