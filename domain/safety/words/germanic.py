"""Dutch, Swedish, Danish and Norwegian."""

from domain.safety.language import Language

DUTCH = Language(
    code="nl",
    minors="""
        kinderen, kindje, kindjes, kinderlijk, kinderlijke, een kind, het kind, klein kind, jong kind, naakt kind, twee kinderen, meisje,
        meisjes, schoolmeisje, schoolmeisjes, jongetje, jongetjes, jongen, jongens, schooljongen, kleuter, kleuters, peuter, peuters,
        zuigeling, dreumes, pasgeborene, pasgeboren, tiener, tieners, tienermeisje, tienerjongen, puber, pubers, minderjarig,
        minderjarige, minderjarigen, basisschool, scholier, scholiere, scholieren, middelbare school, schooluniform, onder de 18,
        jonger dan 18, nog geen 18, niet volwassen
    """,
    minor_stems="minderjarig, tienermei, schoolmei, kinderporno",
    sexual="naakt, naakte, naaktfoto, bloot, blote borsten, zonder kleren, zonder kleding, uitgekleed, tepels, neuken, geneukt, kutje, pijpen",
    numbers="""
        een, twee, drie, vier, vijf, zes, zeven, acht, negen, tien, elf, twaalf, dertien, veertien, vijftien, zestien, zeventien
    """,
    years="jaar, jaar oud, jarig*, jaartjes, maanden oud",
    aged="leeftijd, leeftijd van",
    compounds="{}jarig",
    fine_before={"kinderen": "boeken"},
)

SWEDISH = Language(
    code="sv",
    minors="""
        barn, barnet, barnen, ett barn, litet barn, smabarn, barnslig, liten flicka, sma flickor, flicka, flickor, flickan, pojke, pojkar,
        pojken, skolflicka, skolflickor, skolpojke, tonaring, tonaringar, tonarstjej, spadbarn, nyfodd, bebisar, bebis, minderarig,
        minderariga, omyndig, gymnasietjej, under 18
    """,
    sexual="naken, nakna, naket, avkladd, utan klader, brostvartor, knulla, knullar",
    people="tjej, tjejer, kille",
    young="ung, unga, liten, lilla",
    numbers="""
        ett/en, tva, tre, fyra, fem, sex, sju, atta, nio, tio, elva, tolv, tretton, fjorton, femton, sexton, sjutton
    """,
    years="ar gammal, ar gamla, aring*, arig*, ars",
    aged="alder, alder pa",
    compounds="{}aring, {}arig",
    fine_before={
        "barn": "wood, door, doors, wedding, owl, jacket, style, conversion, dance, interior, house, with, at, venue, loft"
    },
    fine_after={"barn": "rustic, red, old, a, wooden, the, converted, in, farm, tin"},
)

DANISH_NORWEGIAN = Language(
    code="da",
    minors="""
        bornene, smaborn, lille barn, lite barn, lille pige, sma piger, pige, piger, pigen, jente, jenter, jenta, liten jente, gutt,
        gutten, dreng, drenge, drengen, lille dreng, skolepige, skolejente, skoledreng, teenagepige, tenaring, tenaringer, mindrearig,
        mindrearige, umyndig, spaedbarn, nyfodt, babyer
    """,
    marked_minors="børn, børnene",
    sexual="nogen pige, nogen kvinne, nakne, naken, nogne, uten klaer, uden toj, brystvorter, knulle, kneppe",
    numbers="""
        en/et, to, tre, fire, fem, seks, syv/sju, otte/atte, ni, ti, elleve, tolv, tretten, fjorten, femten, seksten, sytten
    """,
    years="ar gammel, ar gamle, aring*, arig*, ars",
    aged="alder",
    compounds="{}aring, {}arig",
)
