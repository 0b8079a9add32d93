"""What people type and paste becomes the name of an account; what leads to none is refused with what is allowed."""

import pytest

from domain.linked_socials.handles import HandleInvalid, NetworkUnsaid, key_of, named, url_of
from domain.linked_socials.networks import NETWORKS, SocialNetwork
from domain.linked_socials.networks import SocialNetwork as S

TAKEN = [
    (S.INSTAGRAM, "@Mara.Voss", "mara.voss", "https://www.instagram.com/mara.voss/"),
    (S.INSTAGRAM, " https://www.instagram.com/mara_voss/?hl=en ", "mara_voss", "https://www.instagram.com/mara_voss/"),
    (S.INSTAGRAM, "instagram.com/mara", "mara", "https://www.instagram.com/mara/"),
    (S.INSTAGRAM, "\u200b@mara\u2060", "mara", "https://www.instagram.com/mara/"),
    (S.INSTAGRAM, "ada.com", "ada.com", "https://www.instagram.com/ada.com/"),
    (S.TIKTOK, "https://www.tiktok.com/@mara/video/7301?lang=de", "mara", "https://www.tiktok.com/@mara"),
    (S.YOUTUBE, "https://m.youtube.com/@MaraVoss/videos", "MaraVoss", "https://www.youtube.com/@MaraVoss"),
    (S.YOUTUBE, "@काव्या", "काव्या", "https://www.youtube.com/@%E0%A4%95%E0%A4%BE%E0%A4%B5%E0%A5%8D%E0%A4%AF%E0%A4%BE"),
    (S.YOUTUBE, "youtube.com/@%E6%9D%8E", "李", "https://www.youtube.com/@%E6%9D%8E"),
    (S.X, "https://twitter.com/jack", "jack", "https://x.com/jack"),
    (S.X, "@N", "N", "https://x.com/N"),
    (
        S.LINKEDIN,
        "https://de.linkedin.com/in/Mara-Voss-1a2b/",
        "mara-voss-1a2b",
        "https://www.linkedin.com/in/mara-voss-1a2b/",
    ),
    (
        S.LINKEDIN,
        "linkedin.com/company/acme-inc/about",
        "company/acme-inc",
        "https://www.linkedin.com/company/acme-inc/",
    ),
    (S.LINKEDIN, "company/acme-inc", "company/acme-inc", "https://www.linkedin.com/company/acme-inc/"),
    (
        S.FACEBOOK,
        "https://www.facebook.com/profile.php?id=100012345",
        "100012345",
        "https://www.facebook.com/100012345",
    ),
    (S.FACEBOOK, "m.facebook.com/Mara.Voss.9", "Mara.Voss.9", "https://www.facebook.com/Mara.Voss.9"),
    (S.THREADS, "https://www.threads.net/@mara", "mara", "https://www.threads.com/@mara"),
]
REFUSED = [
    (S.INSTAGRAM, "https://www.instagram.com/p/Cx1/", "leads to no profile of Instagram"),
    (S.INSTAGRAM, "https://www.instagram.com/explore", "leads to no profile of Instagram"),
    (S.INSTAGRAM, "https://www.tiktok.com/@mara", "an address of TikTok, not of Instagram"),
    (
        S.INSTAGRAM,
        "https://instagram.com.evil.example/mara",
        "That is no address of Instagram, TikTok, YouTube, X, LinkedIn, Facebook or Threads.",
    ),
    (S.INSTAGRAM, "https://evil.example/instagram.com/mara", "That is no address of"),
    (S.INSTAGRAM, "https://instagram.com@evil.example/mara", "That is no address of"),
    (S.INSTAGRAM, "javascript:alert(1)//x", "That is no name on Instagram"),
    (S.INSTAGRAM, "mara..voss", "no dot first, last or twice in a row"),
    (S.INSTAGRAM, "a" * 31, "1 to 30 letters"),
    (S.INSTAGRAM, "má", "1 to 30 letters"),
    (S.INSTAGRAM, "", "That is no name on Instagram"),
    (S.INSTAGRAM, "mara voss", "That is no name on Instagram"),
    (S.INSTAGRAM, "m" * 301, "longer than 300 characters"),
    (S.TIKTOK, "mara.", "no dot last"),
    (S.YOUTUBE, "https://www.youtube.com/channel/UC123", "One looks like https://www.youtube.com/@name."),
    (S.YOUTUBE, "https://www.youtube.com/watch?v=1", "leads to no profile of YouTube"),
    (S.YOUTUBE, "ab", "3 to 30 letters"),
    (S.X, "mara.voss", "1 to 15 letters, digits and underscores"),
    (S.X, "//x.com/MaraVoss/status/1", "One looks like https://x.com/name."),
    (S.LINKEDIN, "https://www.linkedin.com/feed/", "One looks like https://www.linkedin.com/in/name/."),
    (S.FACEBOOK, "https://www.facebook.com/groups/1", "leads to no profile of Facebook"),
    (S.FACEBOOK, "ada", "5 to 50 letters"),
]


@pytest.mark.parametrize(("network", "given", "handle", "url"), TAKEN)
def test_a_name_or_an_address_is_taken_as_the_name(network: SocialNetwork, given: str, handle: str, url: str) -> None:
    assert named(given, network) == (network, handle)
    assert url_of(network, handle) == url
    assert named(url, None) == (network, handle)


@pytest.mark.parametrize(("network", "given", "said"), REFUSED)
def test_what_is_no_name_is_refused_with_what_is_allowed(network: SocialNetwork, given: str, said: str) -> None:
    with pytest.raises(HandleInvalid) as refusal:
        named(given, network)

    assert said in refusal.value.message
    assert (refusal.value.field, refusal.value.code) == ("handle", "HANDLE_INVALID")


def test_a_name_alone_is_on_no_network() -> None:
    with pytest.raises(NetworkUnsaid) as refusal:
        named("@mara", None)

    assert refusal.value.field == "network"


@pytest.mark.parametrize(
    ("network", "one", "another", "alike"),
    [
        (S.X, "MaraVoss", "maravoss", True),
        (S.FACEBOOK, "Mara.Voss", "maravoss", True),
        (S.INSTAGRAM, "mara.voss", "maravoss", False),
        (S.YOUTUBE, "MaraVoss", "maravoss", True),
    ],
)
def test_two_spellings_of_one_account_are_alike(network: SocialNetwork, one: str, another: str, alike: bool) -> None:
    assert (key_of(network, one) == key_of(network, another)) is alike


def test_every_network_says_what_is_allowed_and_where_that_stands() -> None:
    assert NETWORKS.keys() == set(SocialNetwork)
    for network, known in NETWORKS.items():
        assert known.source
        assert known.allowed
        assert named(
            known.url.format(
                f"{known.folder}valid_name".replace("_", "" if network in {S.LINKEDIN, S.FACEBOOK} else "_")
            ),
            None,
        )
