"""English, and what is English in every language's prompts: tags of image boards, codes."""

from domain.safety.language import Language

CLASSES = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
]
SCHOOL_YEARS = ", ".join(f"{name} {grade}" for name in CLASSES for grade in ("grade", "grader", "graders"))

ENGLISH = Language(
    code="en",
    minors=f"""
        child, childs, children, childrens, childlike, childish, childhood, kid, kids, kiddo, kiddos, kiddie, kiddies, kiddy, kidz,
        toddler, toddlers, infant, infants, infantile, newborn, newborns, neonate, baby, babies, babys, babyface, babyfaced,
        teen, teens, teeny, teenie, teenybopper, teenage, teenaged, teenager, teenagers, teenies, preteen, preteens, tween, tweens,
        tweenager, pubescent, prepubescent, prepube, puberty, adolescent, adolescents, adolescence, juvenile, juveniles,
        underage, underaged, minors, a minor, minor girl, minor boy, minor female, minor male, youngster, youngsters, youngling,
        younglings, youths, a youth, youth model, boy, boys, wee lass, wee lad, young lad, little lad, young lass, little lass,
        small girl, small boy, little lady, little miss, little princess, little one, little ones, lil one, tiny tot, tots,
        rugrat, rugrats, tyke, tykes, little darling, babygirl, babyboy, manchild, girlchild,
        schoolgirl, schoolgirls, schoolboy, schoolboys, schoolchild, schoolchildren, schoolkid, schoolkids, schoolmate, schooler,
        school age, school aged, school uniform, school uniforms, school pupil, catholic school, preschool, preschooler,
        preschoolers, kindergarten, kindergartner, kindergartener, nursery school, daycare, day care, primary school,
        elementary school, elementary student, elementary schooler, grade school, grade schooler, middle school, middle schooler,
        middleschool, junior high, high school, highschool, high schooler, highschooler, secondary school, boarding school,
        prep school, k 12, girl scout, girl scouts, boy scout, boy scouts, cub scout, brownie scout, sweet sixteen, quinceanera,
        bat mitzvah, bar mitzvah, first communion, jailbait, jail bait, barely legal, almost legal, not legal, not yet legal,
        illegal age, age of consent, not of age, under age, below age, under eighteen, under 18, below 18, below eighteen,
        younger than 18, younger than eighteen, less than 18 years, not yet 18, not yet eighteen, almost 18, almost eighteen,
        nearly 18, nearly eighteen, u 18, pre 18, not 18, isnt 18, non adult, not an adult, not adult, not yet adult,
        not yet an adult, not grown up, not fully grown, half grown, still growing up, very young, extremely young, super young,
        too young, so young, ultra young, incredibly young, impossibly young, younger self, young looking girl, child size,
        child sized, kid sized, baby face, baby faced, age regression, age regressed, ageplay, age play, deaged, de aged, aged down,
        lolita, lolitas, loli, lolis, lolicon, lolicons, shota, shotas, shotacon, toddlercon, kodomo, shoujo, nymphet, nymphets,
        nymphette, pedo, pedos, pedophile, pedophilia, paedo, paedophile, paedophilia, hebephile, hebephilia, pthc, csam, cunny,
        kidporn, childporn, flat chest, flat chested, flatchested, undeveloped, underdeveloped, budding breasts, budding breast,
        budding chest, developing body, developing breasts, hairless body, no pubic hair, immature body, diaper, diapers, nappy,
        nappies, pacifier, crib, bassinet, playpen, sippy cup, kidswear, childrenswear, babywear, when she was little,
        when he was little, when she was young, when he was young, before puberty, daddys girl, daddys little, tender age,
        tender years, coming of age, going on sixteen, going on seventeen, going on 16, going on 17, chlid, chidl, tenager, teneager, hs student,
        not a woman yet, not yet a woman, not a man yet, not yet a man, freshman girl, freshman boy,
        orphan, orphans, {SCHOOL_YEARS}
    """,
    minor_stems="""
        schoolgirl, schoolboy, schoolkid, schoolchil, preteen, teenage, teenybop, prepubesc, pubescen, toddler, kindergart,
        underage, lolicon, shotacon, pedophil, paedophil, hebephil, adolescen, childporn, littlegirl, littleboy, younggirl,
        youngboy, teengirl, teenboy, babygirl
    """,
    sexual="""
        nude, nudes, nudity, nudist, nudism, naked, nakedness, topless, bottomless, unclothed, undressed, undressing, disrobed,
        porn, porno, porns, pornography, pornographic, nsfw, xxx, hentai, ecchi, sex, sexual, sexually, intercourse, nipple, nipples,
        areola, areolas, areolae, genital, genitals, genitalia, penis, penises, vagina, vaginas, vaginal, vulva, labia, clitoris,
        pussy, pussies, cock, cocks, dick, dicks, boner, erection, tits, titties, boobs, boobies, asshole, anus, anal, blowjob,
        blow job, handjob, hand job, deepthroat, cum, cumming, cumshot, creampie, semen, orgasm, orgasms, orgasmic, ejaculation,
        masturbate, masturbates, masturbating, masturbation, fuck, fucks, fucked, fucking, fellatio, cunnilingus, bukkake, gangbang,
        threesome, orgy, futa, futanari, ahegao, bdsm, bondage, dildo, vibrator, upskirt, downblouse, cameltoe, camel toe,
        striptease, stripper, erotic, erotica, eroticism, xrated, x rated, r18, r 18, bare breasts, bare breasted, bare boobs,
        exposed breasts, exposed breast, no clothes, no clothing, without clothes, without clothing, without any clothes,
        without any clothing, not wearing anything, wearing nothing, wears nothing, with nothing on, has nothing on,
        nothing on her, nothing on him, clothes off, no underwear,
        no panties, birthday suit, in the buff, spread legs, legs spread, spreading legs, making love, doggystyle, doggy style,
        horny, slut, slutty, whore, milf, incest, rape, raped, raping, molest, molested, lewd, lewds, pantyless, panties off, sextape
    """,
    sexual_stems="pornog, masturbat, blowjob, cumshot, fucking, futanar, gangbang, nakedgirl, nudegirl",
    anywhere="👶, 🧒, 👧, 👦, 🚼, 🍼, 👼",
    people="girl, girls, gril, grls, grl, gurl, girly, girlie, gal, gals, daughter, daughters, son, sister, brother, lass, lad",
    young="yung, yuong, litle, littel, young, younger, youngest, little, lil, tiny, wee, immature, innocent, school, minor, newborn",
    numbers="""
        one, two, three, four, five, six, seven/vii, eight/viii, nine/ix, ten, eleven/xi, twelve/xii/dozen, thirteen/xiii, fourteen/xiv,
        fifteen/xv, sixteen/xvi, seventeen/xvii
    """,
    tens="twenty, thirty, forty, fifty, sixty, seventy, eighty, ninety",
    years="""
        yo, yos, y o, yrs old, yr old, yrs, yr, yr olds, year old, years old, year olds, yearold*, yearsold*, years of age, year of age,
        years young, y old, yold*, year girl, year boy, year female, year male, years girl, years boy, month old, months old, mo old,
        week old, weeks old, days old, summers old, winters old, th birthday, th grade, th grader, th graders, st grade, st grader,
        nd grade, nd grader, rd grade, rd grader
    """,
    aged="""
        age, aged, ages, age of, aged about, aged around, age is, turning, turned, turns, just turned, looks, looks like, looking,
        looks about, looks around, appears, appears to be, seems, barely, grade, girl of, boy of, girl aged, shes, hes, she is, he is,
        shes only, hes only, she is only, he is only, who is, whos, girl is, boy is
    """,
    seams="""
        shot a, shot as, put a, put as, pen is, pen e, an us, ten eager, strip per, three some, bar n, bar net, minor a, minor i, poll a,
        a dos, ad os, top less, to ts, last en, org y, t its, t ini, who re
    """,
    compounds="{}yearold, {}yearsold, {}yrold",
    fine_before={
        "baby": "blue, pink, yellow, lavender, powder, bump, breath, hair, hairs, tee, tees, oil, grand, doll dress, doll top, "
        "alpaca, cashmere",
        "babys": "breath",
        "boy": "band, bands, shorts, brow, brows",
        "boys": "night out",
        "kid": "gloves, leather, suede, mohair",
        "child": "resistant, labor",
        "a minor": "key, detail, details, change, tweak, adjustment, imperfection, imperfections, scratch, chord, role, retouch",
        "nude": "lip, lips, lipstick, lipgloss, gloss, heel, heels, pumps, shoes, sandals, tone, tones, toned, tonal, color, colors, "
        "colour, colours, colored, coloured, shade, shades, palette, makeup, nail, nails, manicure, beige, tights, stockings, "
        "eyeshadow, blush, bodysuit, pink lip, pink lips, matte lips, matte lipstick, trench coat, handbag",
        "naked": "eye, cake, bike",
        "sex": "and the city, appeal",
        "dick": "tracy, van dyke, clark, cavett",
        "pussy": "bow, willow, willows",
        "bondage": "of debt",
        "cum": "laude",
        "school uniform": "shop",
        "shoujo": "manga style",
        "looks": "times",
    },
    fine_after={
        "boy": "cow, bad, golden, busy, game, bell",
        "boys": "cow, bad, beach, beastie",
        "nude": "matte, glossy, rosy, dusty, creamy",
        "sex": "same, opposite",
        "dick": "philip k, moby",
        "tots": "tater",
    },
)
