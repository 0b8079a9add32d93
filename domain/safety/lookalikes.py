"""Letters that pass for others. Source: Unicode's confusables (UTS 39, 16.0), the part that people write words with."""

LATIN_BY_LETTER = {
    "a": "АаΑαɑᴀ⍺ⱥɐ∂Ꭺ",
    "b": "ВЬвьΒβʙƅɓƀЪъБбᏴ฿",
    "c": "СсϹϲᴄƈçȼᏟ¢ʗ",
    "d": "ԁɗđᴅƌȡᎠժ",
    "e": "ЕеΕεϵєЄɛᴇҽəǝɇᎬ℮ξэЭ",
    "f": "ϜϝƒꜰẝꬵҒғ",
    "g": "ԌԍɡɢǥɠᏀց",
    "h": "НнΗһҺʜɦħհᎻ",
    "i": "ІіΙιıɪɩᎥɨӀӏ¡",
    "j": "ЈјϳᴊɉᎫʝ",
    "k": "КкΚκᴋƙҚқᏦ",
    "l": "ʟłŀƚɭℓⅼᏞ∣ǀ",
    "m": "МмΜᴍɱᎷϻ",
    "n": "ΝηɴŋпПиИᴎɲոռ",
    "o": "ОоΟοσᴏøɵөӨ০੦૦օסه٥Ⲟⲟ",
    "p": "РрΡρᴘƥþᏢ",
    "q": "ԛզɋ",
    "r": "гГяЯʀɾɼгᎡ",
    "s": "ЅѕՏꜱʂƨᏚ",
    "t": "ТтΤτᴛŧƭтᎢ",
    "u": "ՍυᴜʊսμцЦ",
    "v": "ѴѵνᴠʋᏙ",
    "w": "ԜԝωᴡшШщЩѡᎳ",
    "x": "ХхΧχ×ҳҲ",
    "y": "УуΥγʏүҮɏƴɣ",
    "z": "ΖᴢʐƶᏃ",
}
TO_LATIN = {ord(letter): latin for latin, letters in LATIN_BY_LETTER.items() for letter in letters}

TO_CYRILLIC = str.maketrans("abcehikmoptuxy3", "авсенікмортихуз")
"""The other way: a Latin letter inside of a Russian or Ukrainian word."""

LEET = str.maketrans(
    {
        **dict.fromkeys("1!|¡lij", "i"),
        **dict.fromkeys("3€£", "e"),
        **dict.fromkeys("4@", "a"),
        **dict.fromkeys("5$§", "s"),
        "7": "t",
        **dict.fromkeys("69", "g"),
        "0": "o",
        "8": "b",
        "2": "z",
    }
)
"""Figures and signs for letters. 1 is an i or an l, so those two (and j) count as one."""

ENCLOSED = {
    **{0x1F1E6 + n: chr(97 + n) for n in range(26)},  # regional indicators, flags in pairs
    **{0x1F150 + n: chr(97 + n) for n in range(26)},  # white on black, round
    **{0x1F170 + n: chr(97 + n) for n in range(26)},  # white on black, square
    **{0xE0000 + n: chr(n).lower() for n in range(0x20, 0x7F)},  # tags: not seen, but read by models
}
"""Letters in disguise that Unicode's own normal forms leave alone."""

OWN_BASE = {**dict(zip(map(ord, "łøđıħŧ"), "lodiht", strict=True)), ord("æ"): "ae", ord("œ"): "oe", ord("þ"): "th"}
"""Letters whose mark is a part of them, so that it cannot be taken off."""

BLANKS = dict.fromkeys(map(ord, "\u115f\u1160\u2800\u3164\uffa0"), " ")
"""What is seen as nothing and counts as a letter."""

APOSTROPHES = dict.fromkeys(map(ord, "'’‘ʼ`´＇ʹʻʽ"), None)
