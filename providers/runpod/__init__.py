"""RunPod: pictures by ComfyUI on the operator's own GPU endpoints (worker-comfyui)."""
