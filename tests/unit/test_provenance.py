"""What a file says of itself: read again by c2pa with our root, on pictures of every format that leaves."""

import random
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from io import BytesIO
from multiprocessing import get_context
from pathlib import Path

import pytest
from cryptography import x509
from PIL import Image, PngImagePlugin

from domain.errors import ImageNotMade, ProviderMisconfigured
from domain.images.picture import Picture
from domain.images.provenance import Ingredient, Making, Part, Relation, SourceType, source_type_of
from domain.models.model import Ability
from providers.local.thumbnails import PillowThumbnails
from providers.provenance.certificates import new_leaf, new_root
from providers.provenance.containers import NotAPictureError, manifest_store_of, with_xmp, without_words, xmp_of
from providers.provenance.identity import RENEWED_BEFORE, GivenIdentity, Identity, OwnIdentity, identity_of
from providers.provenance.reading import reading_of
from providers.provenance.signing import C2paSigner, signed

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
NOW = datetime.now(UTC)
YEAR = timedelta(days=365)


def now() -> datetime:
    return NOW


def a_picture(format: str = "JPEG", mode: str = "RGB", **more: object) -> Picture:
    file = BytesIO()
    Image.effect_noise((64, 96), 50).convert(mode).save(file, format, **more)
    return Picture(file.getvalue(), FORMATS[format])


def a_making(source_type: SourceType = SourceType.TRAINED_ALGORITHMIC_MEDIA, *ingredients: Ingredient) -> Making:
    return Making(source_type=source_type, provider="fal", model="fal/flux-pulid", made_at=NOW, ingredients=ingredients)


def pixels_of(picture: Picture) -> bytes:
    return Image.open(BytesIO(picture.data)).convert("RGBA").tobytes()


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Identity:
    return OwnIdentity(tmp_path_factory.mktemp("provenance"), now=now).now_signing()


# --- signed and read again


@pytest.mark.parametrize(
    ("format", "mode"), [("JPEG", "RGB"), ("PNG", "RGB"), ("PNG", "RGBA"), ("WEBP", "RGB"), ("WEBP", "RGBA")]
)
def test_every_format_is_trusted_and_says_how_it_came_about_in_both_places(
    own: Identity, format: str, mode: str
) -> None:
    picture = a_picture(format, mode)

    made = signed(picture, a_making(), own)

    found = reading_of(made.picture, own.root)
    assert found is not None
    assert (found.state, found.faults, found.manifest) == ("Trusted", [], made.manifest)
    assert (found.source_type, found.action, found.made_by) == (
        "trainedAlgorithmicMedia",
        "c2pa.created",
        "fal/flux-pulid",
    )
    assert (found.generator, found.signed_by, found.ingredients) == ("Likeness 0.1.0", "Likeness", [])
    xmp = Image.open(BytesIO(made.picture.data)).info["xmp"]
    assert (xmp if isinstance(xmp, str) else xmp.decode()).count(SourceType.TRAINED_ALGORITHMIC_MEDIA.uri) == 1
    assert pixels_of(made.picture) == pixels_of(picture)


def test_a_lossless_webp_and_one_with_a_header_get_their_packet(own: Identity) -> None:
    for picture in (
        a_picture("WEBP", lossless=True),
        a_picture("WEBP", "RGBA", lossless=True),
        a_picture("WEBP", xmp=b"<x/>"),
    ):
        made = signed(picture, a_making(), own)
        found = reading_of(made.picture, own.root)
        assert found is not None
        assert found.is_ours
        assert pixels_of(made.picture) == pixels_of(picture)
        assert made.picture.data.count(b"XMP ") == 1


@pytest.mark.parametrize("format", FORMATS)
def test_one_bit_that_is_changed_outside_of_the_manifest_is_seen(own: Identity, format: str) -> None:
    picture = signed(a_picture(format), a_making(), own).picture
    store = manifest_store_of(picture)
    assert store is not None
    start = picture.data.index(store[:64])
    chance = random.Random(5)  # noqa: S311 - no secret
    outside = [place for place in range(20, len(picture.data)) if not start - 32 <= place < start + len(store) + 16]
    for place in chance.sample(outside, 40):
        data = bytearray(picture.data)
        data[place] ^= 1 << chance.randrange(8)
        assert not is_trusted(Picture(bytes(data), picture.content_type), own.root), place


def is_trusted(picture: Picture, root: bytes) -> bool:
    try:
        found = reading_of(picture, root)
    except ValueError:
        return False
    return found is not None and found.is_ours


def test_another_root_does_not_vouch_for_it_and_no_manifest_is_told_apart(own: Identity, tmp_path: Path) -> None:
    other = OwnIdentity(tmp_path, now=now).now_signing()
    found = reading_of(signed(a_picture(), a_making(), other).picture, own.root)
    assert found is not None
    assert (found.state, found.faults) == ("Valid", ["signingCredential.untrusted"])
    assert reading_of(a_picture(), own.root) is None


def test_what_was_changed_names_its_source_with_its_manifest_and_of_photos_nothing(own: Identity) -> None:
    source = signed(a_picture(), a_making(), own)
    making = a_making(
        SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA,
        Ingredient(relation=Relation.PARENT, part=Part.SOURCE, picture=source.picture),
        Ingredient(relation=Relation.INPUT, part=Part.PHOTO),
    )

    found = reading_of(signed(a_picture("PNG"), making, own).picture, own.root)

    assert found is not None
    assert (found.state, found.action, found.source_type) == (
        "Trusted",
        "c2pa.edited",
        "compositeWithTrainedAlgorithmicMedia",
    )
    assert sorted(found.ingredients, key=str) == [
        ("inputTo", "Photos of the person", None),
        ("parentOf", "The picture that was changed", source.manifest),
    ]


def test_a_manifest_that_a_provider_left_in_its_picture_is_kept_as_an_ingredient(own: Identity, tmp_path: Path) -> None:
    theirs = signed(a_picture("PNG"), a_making(), OwnIdentity(tmp_path, now=now).now_signing())
    source = signed(a_picture(), a_making(), own)
    making = a_making(
        SourceType.TRAINED_ALGORITHMIC_MEDIA,
        Ingredient(relation=Relation.PARENT, part=Part.SOURCE, picture=source.picture),
    )

    found = reading_of(signed(theirs.picture, making, own).picture, own.root)

    assert found is not None
    assert (found.state, found.action) == ("Trusted", "c2pa.edited.metadata")
    assert sorted(found.ingredients, key=str) == [
        ("inputTo", "The picture that was changed", source.manifest),
        ("parentOf", "The picture as it was made", theirs.manifest),
    ]


def test_a_line_of_edits_carries_a_dozen_manifests_and_then_begins_anew(own: Identity) -> None:
    sizes, picture = [], signed(a_picture(), a_making(), own).picture
    for _ in range(16):
        source = Ingredient(relation=Relation.PARENT, part=Part.SOURCE, picture=picture)
        picture = signed(a_picture(), a_making(SourceType.TRAINED_ALGORITHMIC_MEDIA, source), own).picture
        sizes.append(len(manifest_store_of(picture) or b""))
    assert 60_000 < max(sizes) < 75_000
    assert sizes.index(max(sizes)) in range(10, 15)
    found = reading_of(picture, own.root)
    assert found is not None
    assert found.is_ours


async def test_a_thumbnail_names_the_picture_it_is_of_and_does_not_repeat_its_manifests(own: Identity) -> None:
    whole = signed(a_picture(), a_making(), own)
    small = await PillowThumbnails().thumbnail(whole.picture.data, width=30)

    made = signed(Picture(small, "image/webp"), a_making().of_thumbnail(), own)

    found = reading_of(made.picture, own.root)
    assert found is not None
    assert (found.state, found.action, found.source_type) == ("Trusted", "c2pa.resized", "trainedAlgorithmicMedia")
    assert found.ingredients == [("parentOf", "The picture in full size", None)]
    assert len(made.picture.data) - len(small) < 4500


def test_the_file_says_nothing_of_a_user_and_asks_nobody(own: Identity) -> None:
    """No thumbnail, no address, no id of ours: 5 kB beside the pixels."""
    picture = a_picture()
    made = signed(picture, a_making(), own).picture
    assert 3000 < len(made.data) - len(picture.data) < 5000
    store = manifest_store_of(made)
    assert store is not None
    for word in (b"thumbnail", b"http://127", b"prompt"):
        assert word not in store


# --- XMP


def test_a_packet_of_somebody_elses_is_replaced_and_nothing_else(own: Identity) -> None:
    words = PngImagePlugin.PngInfo()
    words.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>a secret prompt</x:xmpmeta>", zip=True)
    words.add_itxt("Comment", "stays")
    exif = Image.Exif()
    exif[0x0131] = "a maker"
    for picture in (
        a_picture("PNG", pnginfo=words, exif=exif),
        a_picture("JPEG", xmp=b"<x>a secret prompt</x>", exif=exif),
    ):
        assert b"secret" in (xmp_of(picture) or b"")
        made = with_xmp(picture, b"<ours/>")
        assert xmp_of(made) == b"<ours/>"
        assert b"secret" not in made.data
        opened = Image.open(BytesIO(made.data))
        opened.load()
        assert opened.getexif()[0x0131] == "a maker"
        assert opened.info.get("Comment", "stays") == "stays"
        assert pixels_of(made) == pixels_of(picture)


PROMPT = "a secret wish of somebody's"


def said_in(format: str, *, turned: bool = False) -> Picture:
    """As ComfyUI and others leave it: words in every place there is for them."""
    exif = Image.Exif()
    exif[0x010E] = PROMPT
    if turned:
        exif[0x0112] = 6
    if format == "PNG":
        info = PngImagePlugin.PngInfo()
        info.add_text("prompt", PROMPT)
        info.add_text("workflow", PROMPT, zip=True)
        info.add_itxt("parameters", PROMPT)
        return a_picture(format, pnginfo=info, exif=exif)
    if format == "JPEG":
        return a_picture(format, exif=exif, comment=PROMPT.encode())
    return a_picture(format, exif=exif)


@pytest.mark.parametrize("format", FORMATS)
def test_words_of_whoever_made_it_are_taken_out_and_no_pixel_changes(own: Identity, format: str) -> None:
    picture = said_in(format)
    assert set(Image.open(BytesIO(picture.data)).info) & {"exif", "prompt", "comment"}
    done = signed(picture, a_making(), own).picture
    left = Image.open(BytesIO(done.data))
    assert (PROMPT.encode() in done.data, set(left.info) & {"exif", "prompt", "workflow", "parameters", "comment"}) == (
        False,
        set(),
    )
    assert pixels_of(done) == pixels_of(picture)
    assert without_words(done) is done


@pytest.mark.parametrize("format", ["JPEG", "WEBP"])
def test_exif_that_turns_a_picture_stays(format: str) -> None:
    turned = without_words(said_in(format, turned=True))
    assert Image.open(BytesIO(turned.data)).getexif()[0x0112] == 6


@pytest.mark.parametrize("format", FORMATS)
async def test_what_is_no_whole_picture_is_refused(own: Identity, tmp_path: Path, format: str) -> None:
    signer = C2paSigner(OwnIdentity(tmp_path, now=now))
    whole = a_picture(format)
    for data in (b"", b"no picture at all", whole.data[:40]):
        broken = Picture(data, whole.content_type)
        with pytest.raises(NotAPictureError):
            with_xmp(broken, b"<x/>")
        with pytest.raises(ImageNotMade):
            await signer.sign(broken, a_making())


# --- source types


@pytest.mark.parametrize(
    ("told", "ability", "has_source", "expected"),
    [
        (None, Ability.TEXT_TO_IMAGE, False, SourceType.TRAINED_ALGORITHMIC_MEDIA),
        (None, Ability.FACE, False, SourceType.TRAINED_ALGORITHMIC_MEDIA),
        (None, Ability.EDIT, False, SourceType.TRAINED_ALGORITHMIC_MEDIA),
        (None, Ability.EDIT, True, SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA),
        (None, Ability.INPAINT, True, SourceType.COMPOSITE_WITH_TRAINED_ALGORITHMIC_MEDIA),
        (SourceType.ALGORITHMIC_MEDIA, Ability.EDIT, True, SourceType.ALGORITHMIC_MEDIA),
    ],
)
def test_a_model_that_was_trained_says_so_and_the_sketch_says_what_it_did(
    told: SourceType | None, ability: Ability, *, has_source: bool, expected: SourceType
) -> None:
    assert source_type_of(told, ability=ability, has_source=has_source) is expected


# --- who signs


def test_two_processes_that_begin_at_once_have_one_root_and_keys_are_closed_to_others(tmp_path: Path) -> None:
    with ProcessPoolExecutor(4, mp_context=get_context("spawn")) as pool:
        made = list(pool.map(_signs, [tmp_path / "new" / "provenance"] * 8))

    assert len(set(made)) == 1
    files = sorted((tmp_path / "new" / "provenance").iterdir())
    assert [(file.name, file.stat().st_mode & 0o777) for file in files] == [("root.pem", 0o600), ("signer.pem", 0o600)]


def _signs(folder: Path) -> bytes:
    return OwnIdentity(folder, now=now).now_signing().chain


def test_the_own_signer_is_renewed_years_before_its_end_by_the_same_root(tmp_path: Path) -> None:
    first = OwnIdentity(tmp_path, now=now).now_signing()
    assert OwnIdentity(tmp_path, now=now).now_signing() == first
    assert first.ends - NOW > 9 * YEAR

    later = NOW + 6 * YEAR
    second = OwnIdentity(tmp_path, now=lambda: later).now_signing()

    assert (second.root, second.chain != first.chain) == (first.root, True)
    assert second.ends - later > RENEWED_BEFORE
    assert first.ends > later  # what the first one signed is as good as before


async def test_a_certificate_that_ended_or_has_not_begun_signs_nothing(tmp_path: Path) -> None:
    signer, clock = a_given_signer(tmp_path, life=timedelta(days=20))
    await signer.check()
    for moment, words in ((NOW + timedelta(days=21), "ended on"), (NOW - timedelta(days=1), "begins on")):
        clock[0] = moment
        with pytest.raises(ProviderMisconfigured) as refusal:
            await signer.check()
        assert words in refusal.value.detail
        with pytest.raises(ProviderMisconfigured):
            await signer.sign(a_picture(), a_making())


def a_given_signer(folder: Path, *, life: timedelta) -> tuple[C2paSigner, list[datetime]]:
    root = new_root(now=NOW)
    leaf = new_leaf(root, now=NOW, life=life)
    (folder / "chain.pem").write_bytes(leaf.certificate_pem + root.certificate_pem)
    (folder / "key.pem").write_bytes(leaf.key_pem)
    clock = [NOW]
    return C2paSigner(GivenIdentity(folder / "chain.pem", folder / "key.pem", now=lambda: clock[0])), clock


def no_key(folder: Path) -> None:
    (folder / "key.pem").unlink()


def no_pem(folder: Path) -> None:
    (folder / "key.pem").write_text("a key")


def no_chain(folder: Path) -> None:
    (folder / "chain.pem").write_text("a chain")


def another_key(folder: Path) -> None:
    (folder / "key.pem").write_bytes(new_root(now=NOW).key_pem)


def a_root_that_signs(folder: Path) -> None:
    """c2pa takes none, and only c2pa knows."""
    root = new_root(now=NOW)
    (folder / "chain.pem").write_bytes(root.certificate_pem)
    (folder / "key.pem").write_bytes(root.key_pem)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (no_key, "No such file"),
        (no_pem, "no private key"),
        (no_chain, "no certificate"),
        (another_key, "not the one of the chain's first certificate"),
        (a_root_that_signs, "Likeness"),
    ],
)
async def test_what_is_wrong_with_a_certificate_is_said_before_a_picture_is_asked_for_and_mended_without_a_restart(
    tmp_path: Path, spoil: Callable[[Path], None], words: str
) -> None:
    signer, _ = a_given_signer(tmp_path, life=YEAR)
    await signer.check()
    spoil(tmp_path)
    with pytest.raises(ProviderMisconfigured) as refusal:
        await signer.check()
    assert words in refusal.value.detail
    assert "PRIVATE" not in refusal.value.detail
    a_given_signer(tmp_path, life=2 * YEAR)
    await signer.check()


def test_an_intermediate_certificate_and_other_keys_are_taken(own: Identity) -> None:
    certificates = x509.load_pem_x509_certificates(own.chain)
    assert [one.extensions.get_extension_for_class(x509.BasicConstraints).value.ca for one in certificates] == [
        False,
        True,
    ]
    assert identity_of(own.chain, own.key, is_own=False).algorithm == "es256"
