"""Turkish, Greek, Hungarian, Finnish, Indonesian, Vietnamese."""

from domain.safety.language import Language

TURKISH = Language(
    code="tr",
    minors="""
        çocuk, çocuklar, çocuğu, çocuğun, çocuksu, çocukça, kız çocuğu, erkek çocuk, küçük kız, küçük bir kız, genç kız, küçük oğlan, oğlan,
        küçük erkek, bebek, bebekler, bebeği, ergen, ergenler, ergenlik, yeniyetme, reşit olmayan, reşit değil, yaşı küçük, 18 yaş altı,
        on sekiz yaş altı, liseli, liseliler, liseli kız, ilkokul, ortaokul, ilkokullu, ortaokullu, öğrenci kız, okul üniforması,
        okul kızı, anaokulu, yavru kız, sübyan, velet, minik kız, lise öğrencisi, kız öğrenci
    """,
    minor_stems="çocuk, çocug, ergenl, liseli",
    sexual="çıplak, çıplaklık, çırılçıplak, üstsüz, çıplak kadın, giysisiz, kıyafetsiz, soyunmuş, meme ucu, göğüs ucu, sikiş, sikişen, porno, "
    "seks, cinsel ilişki, erotik, amcık, orospu",
    people="kız, kızlar, kızı, oğlu, kız kardeş",
    young="küçük, küçücük, minik, masum",
    numbers="""
        bir, iki, üç, dört, beş, altı, yedi, sekiz, dokuz, on, on bir/onbir, on iki/oniki, on üç/onüç, on dört/ondört, on beş/onbeş,
        on altı/onaltı, on yedi/onyedi
    """,
    tens="yirmi, otuz, kırk, elli, altmış, yetmiş, seksen, doksan",
    years="yaş, yaşında, yaşındaki, yaşlarında, yaş*, aylık",
    aged="yaş, yaşı, yaşta",
)

GREEK = Language(
    code="el",
    minors="""
        παιδί, παιδιά, παιδιού, παιδάκι, παιδάκια, παιδικό, παιδική, κοριτσάκι, κοριτσάκια, αγόρι, αγόρια, αγοράκι, μωρό, μωρά, βρέφος, νήπιο,
        έφηβη, έφηβος, έφηβοι, έφηβες, εφηβεία, ανήλικη, ανήλικο, ανήλικος, ανήλικοι, ανήλικα, μαθήτρια, μαθήτριες, μαθητής, σχολιαρόπαιδο,
        μικρό κορίτσι, νεαρό κορίτσι
    """,
    minor_stems="ανηλικ, κοριτσακ, παιδακ, εφηβ",
    sexual="γυμνή, γυμνό, γυμνός, γυμνές, ολόγυμνη, θηλές, χωρίς ρούχα, πορνό, σεξ, ερωτικό σεξ",
    people="κορίτσι, κορίτσια",
    young="μικρό, μικρή, νεαρό, μικρά",
    numbers="""
        ένα, δύο, τρία/τριών, τέσσερα/τεσσάρων, πέντε, έξι, επτά/εφτά, οκτώ/οχτώ, εννέα/εννιά, δέκα, έντεκα, δώδεκα, δεκατρία/δεκατριών,
        δεκατέσσερα/δεκατεσσάρων, δεκαπέντε, δεκαέξι, δεκαεπτά/δεκαεφτά
    """,
    tens="είκοσι, τριάντα, σαράντα, πενήντα, εξήντα, εβδομήντα, ογδόντα, ενενήντα",
    years="χρονών, χρόνων, ετών, χρονη, χρονο, χρονος, χρον*",
    aged="ηλικία, ηλικίας",
    compounds="{}χρον",
)

HUNGARIAN = Language(
    code="hu",
    minors="""
        gyerek, gyerekek, gyermek, gyermekek, gyereklány, kislány, kislányok, kisfiú, kisfiúk, fiúcska, kisgyerek, csecsemő, kisbaba,
        tini, tinik, tinilány, tinédzser, kamasz, kamaszlány, kiskorú, kiskorúak, fiatalkorú, iskoláslány, diáklány, középiskolás,
        általános iskolás, óvodás, serdülő
    """,
    minor_stems="gyerek, gyermek, kiskoru, kamasz, kislany",
    sexual="meztelen, meztelenül, pucér, ruhátlan, ruha nélkül, mellbimbó, szex, pornó, dugás, baszás",
    people="lány, lányok",
    young="kis, kicsi, fiatal",
    numbers="""
        egy, kettő/két, három, négy, öt, hat, hét, nyolc, kilenc, tíz, tizenegy, tizenkettő/tizenkét, tizenhárom, tizennégy, tizenöt,
        tizenhat, tizenhét
    """,
    years="éves, évesek, éves*",
    aged="kora",
    compounds="{}éves",
)

FINNISH = Language(
    code="fi",
    minors="""
        lapsi, lapset, lapsen, lapsia, lasten, pikkutyttö, pikkupoika, pieni tyttö, nuori tyttö, tyttönen, poika, pojat, pikkulapsi, vauva,
        vauvat, taapero, teini, teinit, teinityttö, teini ikäinen, alaikäinen, alaikäiset, alaikäisiä, koulutyttö, koululainen, murrosikä,
        murrosikäinen, lukiolainen, yläkoululainen
    """,
    minor_stems="alaikai, teinityt, pikkutyt, koulutyt",
    sexual="alaston, alastomat, alastomana, alasti, ilman vaatteita, nännit, seksi, panee, nussii",
    people="tyttö, tytöt",
    young="pieni, nuori, pikku",
    numbers="""
        yksi, kaksi, kolme, neljä, viisi, kuusi, seitsemän, kahdeksan, yhdeksän, kymmenen, yksitoista, kaksitoista, kolmetoista,
        neljätoista, viisitoista, kuusitoista, seitsemäntoista
    """,
    years="vuotias, vuotiaat, vuotiaan, vuotia*",
    compounds="{}vuotia",
)

INDONESIAN = Language(
    code="id",
    minors="""
        anak, anak anak, anak kecil, kanak kanak, bocah, bocil, anak perempuan, anak laki laki, gadis kecil, gadis cilik, gadis belia,
        gadis muda, balita, bayi, remaja, remaja putri, abg, anak sma, anak smp, anak sd, siswi, siswa, pelajar, murid, anak sekolah,
        seragam sekolah, di bawah umur, dibawah umur, bawah umur, belum dewasa, kanak, budak kecil
    """,
    sexual="telanjang, bugil, tanpa busana, tanpa baju, tanpa pakaian, puting, payudara telanjang, ngentot, memek, kontol, bokep, seks",
    people="gadis",
    young="kecil",
    young_after="kecil, muda, belia, cilik",
    numbers="""
        satu, dua, tiga, empat, lima, enam, tujuh, delapan/lapan, sembilan, sepuluh, sebelas, dua belas, tiga belas, empat belas, lima belas,
        enam belas, tujuh belas
    """,
    tens="puluh",
    years="tahun, thn, th umur",
    aged="umur, usia, berumur, berusia, umurnya, usianya",
)

VIETNAMESE = Language(
    code="vi",
    minors="""
        trẻ em, trẻ con, đứa trẻ, em bé, bé gái, bé trai, cô bé, cậu bé, thiếu nữ, thiếu niên, vị thành niên, nữ sinh, học sinh, học sinh nữ,
        tuổi teen, dưới 18 tuổi, con nít, trẻ nhỏ, chưa đủ tuổi
    """,
    sexual="khỏa thân, khoả thân, trần truồng, không mặc quần áo, núm vú, lõa thể, khiêu dâm, làm tình",
    people="cô gái",
    young_after="nhỏ",
    numbers="""
        một, hai, ba, bốn, năm, sáu, bảy, tám, chín, mười, mười một, mười hai, mười ba, mười bốn, mười lăm, mười sáu, mười bảy
    """,
    tens="mươi",
    years="tuổi",
    aged="tuổi",
)
