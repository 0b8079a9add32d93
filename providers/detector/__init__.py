"""The second image detector, whoever runs it: one small HTTP contract (see `providers.detector.http`)."""
