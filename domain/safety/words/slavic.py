"""Russian, Ukrainian, Polish, Czech; Russian also as it is written in Latin letters."""

from domain.safety.language import Language

RUSSIAN = Language(
    code="ru",
    minors="""
        дети, детей, детям, детьми, детки, деток, детский, детская, детское, детские, детского, детской, детскую, дитя, чадо, мальчик,
        школа девочка, тинейджер, тинейджеры, пацан, пацаны, пацаненок, малыш, малыши, малышка, малышки, малышку, младенец, младенцы,
        младенца, грудничок, юная, юный, юную, юной, юниорка, лолита, лоли, шота, детсад, детский сад, ясли, отрок, отроковица, малолетка,
        малолетки, пионерка, пионерки, моложе 18, младше 18, до 18 лет, нет 18, нет восемнадцати, не достигшая 18, маленькая девушка,
        совсем юная, devochka, devochki, devochku, malchik, malchiki, malysh, malyshka, shkolnitsa, shkolnica, shkolnik, rebenok, deti,
        detskaya, podrostok, maloletka, nesovershennoletnyaya, yunaya, malenkaya devochka, ребятенок, дочурка, сынок
    """,
    minor_stems="""
        ребен, ребён, ребят, детиш, девоч, мальчи, мальчон, школьни, младшекласс, старшекласс, пятикласс,
        шестикласс, семикласс, восьмикласс,
        девятикласс, первоклассник, первоклассниц, дошкольн, подрост, малолет, несовершеннолет, пубертат, педофил, нимфетк, гимназист
    """,
    sexual="""
        голая, голый, голые, голую, голой, голых, голышом, нагая, нагой, нагие, нагишом, ню, раздетая, раздетый, раздета, без одежды,
        без трусов, без белья, соски, сосок, сиськи, сиська, член стоит, вагина, пенис, секс, сексом, сексуальный акт, порно, порнуха,
        хентай, эротика, эротический, эротическая, минет, трахает, трахать, ебет, ебать, хуй, пизда, шлюха, мастурбация, golaya, golye,
        goluyu, seks, obnazhennaya
    """,
    sexual_stems="обнажен, обнажён, порногр, мастурб, трахаю, эротич",
    people="девушка, девушки, девушку, девушек, девчата, девчонка, девчонки, дочь, дочка, сын, сестренка, devushka",
    young="маленькая, маленькую, маленькой, маленькие, малая, невинная, несовершенная",
    numbers="""
        один/одна, два/две, три, четыре, пять, шесть, семь, восемь, девять, десять, одиннадцать, двенадцать, тринадцать, четырнадцать,
        пятнадцать, шестнадцать, семнадцать
    """,
    tens="двадцать, тридцать, сорок, пятьдесят, шестьдесят, семьдесят, восемьдесят, девяносто, двадцати, тридцати, сорока",
    years="""
        лет, ти лет, ти летняя, ти летней, ти летнюю, ти летний, летняя, летней, летнюю, летний, летн*, годика,
        года отроду, годиков, месяцев от роду, letnyaya, класса
    """,
    aged="возраст, возраста, возрасте, в возрасте, исполнилось, ей, ему",
    compounds="{}летн",
    fine_before={"детская": "площадка"},
)
RUSSIAN_AGES = """
    двухлетн, трехлетн, четырехлетн, пятилетн, шестилетн, семилетн, восьмилетн, девятилетн, десятилетн, одиннадцатилетн, двенадцатилетн,
    тринадцатилетн, четырнадцатилетн, пятнадцатилетн, шестнадцатилетн, семнадцатилетн
"""

UKRAINIAN = Language(
    code="uk",
    minors="""
        діти, дітей, дітям, дитя, дитячий, дитяча, дитяче, дитячі, дитячого, дівча, дівчата малі, дівчатко,
        дівчатка, малюк, малюки, немовля,
        немовлята, юна, юний, юну, підліток, підлітки, школа дівчинка, молодша 18, до 18 років, хлопченя, малеча, donechka, divchynka
    """,
    minor_stems="дитин, дівчинк, дівчинц, дівчатк, хлопчи, школяр, підліт, неповнол, малоліт, першоклас, старшоклас, дошкіль, підлітк",
    sexual="гола, голий, голі, голу, роздягнена, роздягнена повністю, без одягу, без білизни, соски, порно, секс, еротика, еротичний",
    sexual_stems="оголен, порногр, еротич",
    people="дівчина, дівчину, дівчини, доня, донька, синок",
    young="маленька, маленьку, мала, малу, невинна",
    numbers="""
        один/одна, два/дві, три, чотири, пять, шість, сім, вісім, девять, десять, одинадцять, дванадцять, тринадцять, чотирнадцять,
        пятнадцять, шістнадцять, сімнадцять
    """,
    tens="двадцять, тридцять, сорок, пятдесят, шістдесят, сімдесят, вісімдесят, девяносто",
    years="років, рочків, річна, річний, річну, річної, річн*, роки, класу",
    aged="вік, віком, у віці, віці, їй, йому, виповнилось",
)
UKRAINIAN_AGES = """
    дворічн, трирічн, чотирирічн, пятирічн, шестирічн, семирічн, восьмирічн, девятирічн, десятирічн, одинадцятирічн, дванадцятирічн,
    тринадцятирічн, чотирнадцятирічн, пятнадцятирічн, шістнадцятирічн, сімнадцятирічн
"""

POLISH = Language(
    code="pl",
    minors="""
        dziecko, dzieci, dziecka, dziecku, dzieckiem, dzieciak, dzieciaki, dzieciaka, dzieciece, dzieciecy, dziecieca, dziecinny,
        dziewczynka, dziewczynki, dziewczynke, dziewczynek, dziewczatko, dziewcze, chlopiec, chlopca, chlopcy, chlopczyk, chlopczyka,
        chlopaczek, nastolatka, nastolatki, nastolatke, nastolatek, nastolatkowie, malolat, malolata, malolatka, malolaty, nieletnia,
        nieletni, nieletnie, nieletnich, maloletnia, maloletni, niepelnoletnia, niepelnoletni, niemowle, niemowlak, niemowleta, noworodek,
        bobas, przedszkolak, przedszkole, uczennica, uczennice, uczen podstawowki, uczniowie, szkola podstawowa, podstawowka, gimnazjum,
        gimnazjalistka, licealistka, licealistki, licealista, liceum, mundurek szkolny, ponizej 18, pod 18, siksa, gowniara, malutka,
        mlodziutka, mloda dziewczynka
    """,
    minor_stems="dziewczynk, nastolat, niepelnolet, maloletn, nielet, licealis, gimnazjal, przedszkol, niemowl, mlodziut",
    sexual="""
        naga kobieta, naga dziewczyna, nagie cialo, nagie, nagi mezczyzna, nago, naga, rozebrana, rozebrany, bez ubrania, bez ubran,
        bez majtek, gola baba, golizna, goly, sutki, cycki, cipka, cipa, kutas, ruchanie, pieprzenie, pornografia, seks, seksualny, erotyka,
        erotyczny, erotyczna, dziwka, kurwa
    """,
    people="dziewczyna, dziewczyny, dziewczyne, chlopak, corka, syn",
    young="mala, maly, malutka, mlodziutka, niewinna",
    numbers="""
        jeden/jedna, dwa/dwie, trzy, cztery, piec, szesc, siedem, osiem, dziewiec, dziesiec, jedenascie, dwanascie, trzynascie,
        czternascie, pietnascie, szesnascie, siedemnascie
    """,
    tens="dwadzieścia, trzydzieści, czterdzieści, pięćdziesiąt, sześćdziesiąt, siedemdziesiąt, osiemdziesiąt, dziewięćdziesiąt",
    years="lat, latka, latek, latki, letnia, letni, letnie, letniej, letn*, latk*, roczek",
    aged="wiek, wieku, w wieku, ma dopiero",
)
POLISH_AGES = """
    dwuletni, trzyletni, czteroletni, piecioletni, szescioletni, siedmioletni, osmioletni, dziewiecioletni, dziesiecioletni,
    jedenastoletni, dwunastoletni, trzynastoletni, czternastoletni, pietnastoletni, szesnastoletni, siedemnastoletni, jedenastolat,
    dwunastolat, trzynastolat, czternastolat, pietnastolat, szesnastolat, siedemnastolat, osmiolat, dziesieciolat
"""

CZECH = Language(
    code="cs",
    minors="""
        dite, deti, ditetem, detsky, detska, detske, holcicka, holcicky, holcicku, divenka, chlapecek, chlapec, kluk maly, miminko,
        kojenec, batole, nezletila, nezletily, nezletile, teenagerka, skolacka, skolak, nactileta, nactilety, dospivajici, pod 18
    """,
    minor_stems="holcick, nezletil, dospivaj",
    sexual="naha, nahy, nahe, svlecena, svleceny, bez saty, bez obleceni, bradavky, porno",
    people="holka, holky, divka, divky, kluk",
    young="mala, maly, mladicka",
    numbers="""
        jeden/jedna, dva/dve, tri, ctyri, pet, sest, sedm, osm, devet, deset, jedenact, dvanact, trinact,
        ctrnact, patnact, sestnact, sedmnact
    """,
    tens="dvacet, třicet, čtyřicet, padesát, šedesát, sedmdesát, osmdesát, devadesát",
    years="let stara, let stary, leta, lety, lete, roky, letou",
    aged="vek, ve veku",
    compounds="{}ileta, {}ilety, {}ileto",
)

SPELLED_AGES = Language(code="ages", minor_stems=f"{RUSSIAN_AGES}, {UKRAINIAN_AGES}, {POLISH_AGES}")
"""Ages in one word, where the number has a form of its own in it."""
