"""fal: images by its queue. https://fal.ai"""
