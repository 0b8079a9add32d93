"""The mood of a text without a model: words of a small English lexicon are counted, and turned round behind a negation.

A text in another language has none of these words, and counts as neutral.
"""

from collections.abc import Sequence

from domain.projects.content import Sentiment
from domain.projects.stop_words import listed

POSITIVE = listed("""
achieve achieved amazing awesome beautiful benefit benefits best better brilliant calm celebrate confident cool courage delicious delight
delightful easier easy effective encouraging enjoy enjoyed enjoying excellent excited exciting fantastic favorite favourite free freedom
friendly fun gain gains gift glad good gorgeous grateful great grow growing growth happier happiness happy healthy helpful hope hopeful impressive
improve improved improvement incredible inspiring interesting joy kind laugh love loved lovely loves lucky magic nice optimistic peace perfect
pleasure positive powerful profit progress promising proud recommend relaxed reliable reward rewarding rewards rich safe satisfied save saved
simple smart smile smooth solve solved stable strong success successful support surprise thrilled trust useful valuable victory warm wealth
welcome win winner winning wins wonderful worth
""")
NEGATIVE = listed("""
afraid angry annoying anxious awful bad bankrupt betrayed blame boring broke broken burden careless collapse complain confused confusing crash
crisis cruel damage damaged danger dangerous dead debt decline defeat depressed desperate difficult dirty disappointed disappointing disaster
expensive fail failed failing fails failure fake fault fear flawed fraud frustrated frustrating greed guilty harm harmful hate hated hates
horrible hurt hurts impossible jealous kill lazy lied lie lies lonely lose loses losing loss losses lost mad mess messy miserable mistake
mistakes nasty negative nervous nightmare pain painful panic poor problem problems regret risk risky ruin ruined sad scam scared scary
shame sick slow sorry stress stressed stressful struggle struggling stuck stupid suffer terrible threat tired tough toxic tragedy ugly
unfair unhappy upset useless victim waste wasted weak worried worry worse worst wrong
""")
NEGATIONS = listed(
    "not no never without hardly barely don't doesn't didn't isn't wasn't aren't won't can't cannot couldn't"
)
REACH = 3
"""Words that a negation turns round."""
LEAST, EVEN = 0.15, 3
"""From which score on there is a mood; and how many words of both kinds make it a mixed one where there is not."""
DAMPING = 4
"""A word or two make no strong mood."""


def sentiment_of(words: Sequence[str]) -> tuple[Sentiment, float]:
    """Of words in lower case. The score is -1 to 1."""
    plain = [word.replace("\u2019", "'") for word in words]
    good = bad = 0
    for place, word in enumerate(plain):
        if word not in POSITIVE and word not in NEGATIVE:
            continue
        is_turned = not NEGATIONS.isdisjoint(plain[max(0, place - REACH) : place])
        if (word in POSITIVE) is not is_turned:
            good += 1
        else:
            bad += 1
    score = round((good - bad) / (good + bad + DAMPING), 2)
    if abs(score) >= LEAST:
        return (Sentiment.POSITIVE if score > 0 else Sentiment.NEGATIVE), score
    return (Sentiment.MIXED if min(good, bad) >= EVEN else Sentiment.NEUTRAL), score
