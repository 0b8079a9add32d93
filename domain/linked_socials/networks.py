"""The networks and how each names its accounts, as data.

The rules are those for names that exist, old ones among them, not those for choosing a new one: whoever has an account of three
letters has it. Read on the networks' own pages where a source says so (2026-11); nobody is asked whether an account exists.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class SocialNetwork(StrEnum):
    INSTAGRAM = "INSTAGRAM"
    TIKTOK = "TIKTOK"
    YOUTUBE = "YOUTUBE"
    X = "X"
    LINKEDIN = "LINKEDIN"
    FACEBOOK = "FACEBOOK"
    THREADS = "THREADS"


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """`handle` is what a whole name looks like, `allowed` the same in words. `profile` finds it, as one of its groups, in the path
    and query of a profile's address under `hosts` or their subdomains. `{}` in `url` is the name."""

    label: str
    allowed: str
    handle: re.Pattern[str]
    hosts: tuple[str, ...]
    profile: re.Pattern[str]
    url: str
    source: str
    taken: frozenset[str] = frozenset()
    """First words of addresses that are no names."""
    keeps_case: bool = True
    """Whether the network shows a name in the letters in which it was chosen. None tells names apart by case."""
    ignores: str = ""
    """Characters that make no difference between two names."""
    any_script: bool = False
    """Whether letters may carry marks, as those of many scripts do."""
    folder: str = ""
    """What stands before a name in `url`, unless the name has a folder of its own."""


DOTTED = re.compile(r"(?!\.)(?!.*\.\.)[a-z0-9._]{1,30}(?<!\.)", re.IGNORECASE | re.ASCII)
FIRST_WORD = re.compile(r"/([^/?@]+)/?(?:\?.*)?")
AFTER_AT = re.compile(r"/@([^/?]+)(?:[/?].*)?")

NETWORKS: Mapping[SocialNetwork, Network] = {
    SocialNetwork.INSTAGRAM: Network(
        label="Instagram",
        allowed="1 to 30 letters, digits, dots and underscores, no dot first, last or twice in a row",
        handle=DOTTED,
        hosts=("instagram.com",),
        profile=FIRST_WORD,
        url="https://www.instagram.com/{}/",
        source="https://help.instagram.com/583107688369069 (characters, length; not read again)",
        taken=frozenset({"p", "reel", "reels", "stories", "explore", "tv", "accounts", "direct", "about", "legal"}),
        keeps_case=False,
    ),
    SocialNetwork.TIKTOK: Network(
        label="TikTok",
        allowed="2 to 24 letters, digits, dots and underscores, no dot last",
        handle=re.compile(r"[a-z0-9._]{2,24}(?<!\.)", re.IGNORECASE | re.ASCII),
        hosts=("tiktok.com",),
        profile=AFTER_AT,
        url="https://www.tiktok.com/@{}",
        source="https://support.tiktok.com/en/getting-started/setting-up-your-profile/changing-your-username (characters; the "
        "length is what its app takes)",
        keeps_case=False,
    ),
    SocialNetwork.YOUTUBE: Network(
        label="YouTube",
        allowed="the channel's @handle: 3 to 30 letters or digits of any script, underscores, hyphens, dots and middle dots",
        handle=re.compile(r"[a-zA-Z0-9_.·-]{3,30}|(?=.*[^\x00-\x7f·])[\w.·-]{1,30}"),
        hosts=("youtube.com",),
        profile=AFTER_AT,
        url="https://www.youtube.com/@{}",
        source="https://support.google.com/youtube/answer/11585688 (some scripts may be shorter than 3)",
        any_script=True,
    ),
    SocialNetwork.X: Network(
        label="X",
        allowed="1 to 15 letters, digits and underscores",
        handle=re.compile(r"[a-z0-9_]{1,15}", re.IGNORECASE | re.ASCII),
        hosts=("x.com", "twitter.com"),
        profile=FIRST_WORD,
        url="https://x.com/{}",
        source="https://help.x.com/en/managing-your-account/x-username-rules (new names have more than 4; not read again)",
        taken=frozenset(
            {"home", "i", "explore", "search", "intent", "share", "settings", "hashtag", "messages", "login"}
        ),
    ),
    SocialNetwork.LINKEDIN: Network(
        label="LinkedIn",
        allowed="3 to 100 letters, digits and hyphens; for a company's page 'company/' and its name",
        handle=re.compile(r"(?:company/)?[^\W_](?:[^\W_]|-){2,99}"),
        hosts=("linkedin.com",),
        profile=re.compile(r"/(?:in/([^/?]+)|(company/[^/?]+))(?:[/?].*)?"),
        url="https://www.linkedin.com/{}/",
        folder="in/",
        source="https://www.linkedin.com/help/linkedin/answer/a542685 (3 to 100; hyphens as LinkedIn gives them itself; not read again)",
        keeps_case=False,
    ),
    SocialNetwork.FACEBOOK: Network(
        label="Facebook",
        allowed="5 to 50 letters, digits and dots",
        handle=re.compile(r"[a-z0-9.]{5,50}", re.IGNORECASE | re.ASCII),
        hosts=("facebook.com", "fb.com"),
        profile=re.compile(r"/(?:profile\.php\?(?:.*&)?id=(\d+)(?:&.*)?|([^/?]+)/?(?:\?.*)?)"),
        url="https://www.facebook.com/{}",
        source="https://www.facebook.com/help/105399436216001 (dots and capitals make no difference; the longest is ours; not read again)",
        taken=frozenset(
            {
                "groups",
                "watch",
                "pages",
                "events",
                "people",
                "share",
                "sharer",
                "marketplace",
                "profile.php",
                "story.php",
                "photo",
            }
        ),
        ignores=".",
    ),
    SocialNetwork.THREADS: Network(
        label="Threads",
        allowed="the name of the Instagram account: 1 to 30 letters, digits, dots and underscores",
        handle=DOTTED,
        hosts=("threads.com", "threads.net"),
        profile=AFTER_AT,
        url="https://www.threads.com/@{}",
        source="Threads signs in with Instagram accounts; its addresses moved from threads.net to threads.com in 2025",
        keeps_case=False,
    ),
}
