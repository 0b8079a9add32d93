"""ComfyUI graphs as typed Python: `nodes/` are ComfyUI's building blocks, each other module is one workflow made of them."""
