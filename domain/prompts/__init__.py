"""The words that models are given: pure functions of what was chosen, and catalogues of choices that are only words.

Users' own words are screened by the caller (`domain.safety.screening`) before they come here. Each text in which a person is
made says that it is an adult: not every model has a negative prompt, so that alone is no protection.
"""
