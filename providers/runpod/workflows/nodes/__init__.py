"""ComfyUI's nodes, as functions that add one to a graph and give its outputs. Ranges as of ComfyUI 0.8.0 (January 2026)."""
