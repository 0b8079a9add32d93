"""LoRAs by AI Toolkit on a rented pod: https://github.com/ostris/ai-toolkit, 0.12.26."""
