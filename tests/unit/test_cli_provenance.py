"""`likeness provenance` and what the doctor says of who signs: on files, without a server."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from app.cli.doctor import _say_signer
from app.cli.errors import CommandError
from app.cli.provenance import print_root, verify_file
from app.provenance_settings import ProvenanceSettings
from app.settings import Settings, SettingsError
from app.wiring import utc_now
from domain.images.picture import Picture
from domain.images.provenance import Ingredient, Making, Part, Relation, SourceType
from providers.provenance.certificates import new_leaf, new_root
from providers.provenance.identity import OwnIdentity
from providers.provenance.signing import signed

SECRET = "a secret of tests, long enough to be one"


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    return {
        "LIKENESS_SECRET": SECRET,
        "LIKENESS_DATA_DIR": str(tmp_path / "data"),
        "DATABASE_URL": "postgresql://nobody@127.0.0.1/nothing",
        "REDIS_URL": "redis://127.0.0.1:1/0",
    }


def a_file(folder: Path, env: dict[str, str], *, name: str = "made.jpg") -> Path:
    """Signed by the root of this installation."""
    identity = OwnIdentity(Path(env["LIKENESS_DATA_DIR"]) / "provenance", now=utc_now).now_signing()
    file = BytesIO()
    Image.effect_noise((64, 64), 50).save(file, "JPEG")
    picture = Picture(file.getvalue(), "image/jpeg")
    making = Making(
        source_type=SourceType.TRAINED_ALGORITHMIC_MEDIA,
        provider="fal",
        model="flux",
        made_at=utc_now(),
        ingredients=[Ingredient(relation=Relation.INPUT, part=Part.PHOTO)],
    )
    (folder / name).write_bytes(signed(picture, making, identity).picture.data)
    return folder / name


def test_a_file_of_ours_is_told_apart_from_one_that_was_changed_one_of_others_and_one_that_says_nothing(
    env: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = a_file(tmp_path, env)
    assert verify_file(env, file, root=None) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0] == "made.jpg: signed by this root, and as it was signed."
    assert said[2:4] == ["  signed by    Likeness, with Likeness 0.1.0", "  source type  trainedAlgorithmicMedia"]
    assert said[4].startswith("  made by      fal/flux (c2pa.created), 20")
    assert said[5] == "  inputTo      Photos of the person"

    data = bytearray(file.read_bytes())
    data[-10] ^= 1
    file.write_bytes(data)
    assert verify_file(env, file, root=None) == 1
    assert (
        "made.jpg: changed since it was signed, or not signed rightly.\n  fault        assertion.dataHash.mismatch"
        in (capsys.readouterr().out)
    )

    foreign = a_file(tmp_path, {"LIKENESS_DATA_DIR": str(tmp_path / "others")})
    assert verify_file(env, foreign, root=None) == 1
    assert "whom this root does not vouch for" in capsys.readouterr().out
    print_root({**env, "LIKENESS_DATA_DIR": str(tmp_path / "others")})
    (tmp_path / "root.pem").write_text(root := capsys.readouterr().out)
    assert root.count("-----BEGIN CERTIFICATE-----") == 1
    assert "PRIVATE" not in root
    assert verify_file(env, foreign, root=tmp_path / "root.pem") == 0

    Image.new("RGB", (8, 8)).save(tmp_path / "plain.png")
    assert verify_file(env, tmp_path / "plain.png", root=None) == 1
    assert capsys.readouterr().out.endswith("plain.png: no content credentials.\n")
    (tmp_path / "words.txt").write_text("no picture")
    with pytest.raises(CommandError, match="JPEG, PNG and WebP can be read"):
        verify_file(env, tmp_path / "words.txt", root=None)


def test_the_doctor_says_who_signs_until_when_and_what_is_wrong(
    env: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = Settings.from_env(env)
    assert _say_signer(settings) is False
    assert capsys.readouterr().out.startswith(
        "  ok       content credentials: Likeness signs, by our own root, until 20"
    )

    place = ProvenanceSettings(chain=tmp_path / "chain.pem", key=tmp_path / "key.pem")
    given = replace(settings, provenance=place)
    assert _say_signer(given) is True
    assert "  missing  content credentials: pictures wait, as none is given out unsigned: " in capsys.readouterr().out

    root = new_root(now=utc_now())
    leaf = new_leaf(root, now=utc_now(), life=timedelta(days=20, hours=1))
    place.chain.write_bytes(leaf.certificate_pem + root.certificate_pem)
    place.key.write_bytes(leaf.key_pem)
    assert _say_signer(given) is False
    said = capsys.readouterr().out
    assert said.startswith("  warning  content credentials: Likeness signs, by C2PA_CERT_CHAIN, until 20")
    assert said.endswith(": 20 days. Then pictures wait; renew it\n")


def test_one_of_the_two_files_is_not_enough(env: dict[str, str], tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="Of C2PA_CERT_CHAIN and C2PA_PRIVATE_KEY both are needed"):
        Settings.from_env({**env, "C2PA_CERT_CHAIN": "chain.pem"})
    both = Settings.from_env({**env, "C2PA_CERT_CHAIN": str(tmp_path / "c"), "C2PA_PRIVATE_KEY": str(tmp_path / "k")})
    assert both.provenance == ProvenanceSettings(chain=tmp_path / "c", key=tmp_path / "k")
