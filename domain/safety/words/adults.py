"""Adulthood and clothing, in all languages at once: what a negative prompt may not take out of a picture."""

from domain.safety.language import Language

FAULTS = (
    "bad, wrong, deformed, distorted, disfigured, floating, melted, torn, ripped, dirty, wet, wrinkled, mismatched, missing, ugly, weird, "
    "merged, extra, transparent, revealing, inappropriate, dated, old, oversized, loose, baggy, tight, duplicate, blurry, messy, low, no, "
    "without, summer, winter, formal, casual"
)
"""Before clothes: it is their fault that is taken out, or the lack of them."""
PUBLISHED = "content, material, film, films, site, sites, theme, themes, language, humor, movie, rating"

ADULTS = Language(
    code="adults",
    adults="""
        adult, adults, adulthood, grown up, grown ups, grownup, grownups, grown woman, grown man, grown women, grown men, grown body,
        mature, maturity, over 18, over eighteen, 18 plus, above 18, older than 18, of legal age, legal age, of age, middle aged woman,
        erwachsen, erwachsene, erwachsener, erwachsenen, volljährig, volljährige, adulte, adultes, majeure, adulta, adulto, adultas,
        adultos, mayor de edad, maior de idade, adulti, adulte donne, maggiorenne, volwassen, volwassene, volwassenen, meerderjarig,
        dorosła, dorosły, dorosłe, dorośli, pełnoletnia, взрослая, взрослый, взрослые, взрослую, взрослой, совершеннолетняя, доросла,
        дорослий, дорослі, повнолітня, yetişkin, yetişkinler, reşit, بالغ, بالغة, بالغين, راشدة, בוגרת, מבוגרת, vuxen, voksen, dospělá,
        felnőtt, aikuinen, dewasa, người lớn, ενήλικη, بزرگسال
    """,
    adults_anywhere="成人, 成年, 大人, 성인, वयस्क, প্রাপ্তবয়স্ক, ผู้ใหญ่, 熟女",
    clothes="""
        clothes, clothing, clothed, dressed, garment, garments, underwear, bra, bras, panties, attire, apparel, kleidung, kleider,
        bekleidet, bekleidung, unterwäsche, vêtement, vêtements, habillée, habillé, ropa, vestida, vestido puesto, roupa, roupas, vestiti,
        vestita, abbigliamento, kleding, aangekleed, ubranie, ubrania, ubrana, bielizna, одежда, одежды, одежду, одетая, бельё, одяг,
        одягнена, giysi, giysiler, kıyafet, ملابس, בגדים, kläder, klær, oblečení, ruha, vaatteet, pakaian, baju, quần áo, ρούχα, لباس
    """,
    clothes_anywhere="衣服, 服装, 着衣, 服を着, 옷, 의류, कपड़े, কাপড়, เสื้อผ้า",
    fine_before={"adult": PUBLISHED, "mature": PUBLISHED, "adults": "only", "bra": "strap, straps", "of age": "spots"},
    fine_after=dict.fromkeys(
        ("clothes", "clothing", "garment", "garments", "attire", "apparel", "bra", "bras", "underwear", "panties"),
        FAULTS,
    ),
)
