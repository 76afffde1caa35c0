"""Pictures of pipelines: the graph as Mermaid and SVG, and the page of a run."""
