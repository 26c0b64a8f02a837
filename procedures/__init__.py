"""Administrative procedures: catalogue, dossiers, workflow, figures."""
