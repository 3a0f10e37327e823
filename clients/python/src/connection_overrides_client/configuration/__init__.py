"""Configuration as code: a project's environments, connections and overrides in YAML files, planned and applied."""
