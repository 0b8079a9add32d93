"""OpenAI: pictures that show themselves while they form, answers in a given structure, and verdicts."""
