"""German. "Kind" and "Kinder" are English words as well: they are known by what stands before them."""

from domain.safety.language import Language

OF_A_CHILD = "ein, das, eines, einem, dem, des, kein, mein, unser, jedes, kleines, kleine, junges, nacktes, nackte, sußes, blondes, sein"
OF_CHILDREN = "die, der, den, zwei, drei, vier, kleine, kleinen, nackte, spielende, viele, junge, mit, unsere, meine, für, wie, keine"

GERMAN = Language(
    code="de",
    minors="kindes, kindern, kindlich, kindliche, kindlicher, kindliches, kindlichem, madchen, maedchen, bube, buben, "
    "junges madel, kleines madel, baby, säugling, saugling, saeugling, sauglinge, neugeborenes, neugeborene, "
    "kleinkind, kleinkinder, schulkind, schulkinder, schulmadchen, schulmaedchen, schuljunge, kleiner junge, kleinen jungen, ein junge, "
    "der junge steht, nackter junge, jungchen, knabe, knaben, teenie, teenies, backfisch, minderjahrig, minderjahrige, "
    "jugendliche, jugendlicher, jugendlichen, jugendliches, heranwachsende, halbwuchsige, pubertat, pubertierend, "
    "grundschule, grundschuler, grundschulerin, schulerin, schulerinnen, schuler, schuelerin, schueler, gymnasiastin, gymnasiast, "
    "kindergarten, kita, unter 18, unter achtzehn, nicht volljahrig, noch nicht volljahrig, nicht erwachsen, "
    "kinderkorper, kindfrau, lolita, schuluniform, erstklassler, erstklasslerin, enkelkind, sohnchen, tochterchen, "
    + ", ".join(f"{word} kind" for word in OF_A_CHILD.split(", "))
    + ", "
    + ", ".join(f"{word} kinder" for word in OF_CHILDREN.split(", ")),
    minor_stems="minderjahr, minderjaehr, kleinkind, schulmad, schulkind, grundschul, jugendlich, pubertier, kinderporn, kindlich",
    sexual="nackt, nackte, nackter, nacktes, nackten, nacktem, nacktheit, nacktfoto, nacktbild, nacktmodel, splitternackt, unbekleidet, "
    "unbekleidete, entblost, entbloste, entkleidet, brustwarzen, nippel, geschlechtsverkehr, genitalien, muschi, titten, "
    "ficken, fickt, gefickt, wichsen, masturbiert, onanie, pornografie, pornographie, ohne kleidung, ohne kleider, oben ohne, "
    "ohne unterwasche, selbstbefriedigung, geile, geiler, sexszene, beine gespreizt",
    sexual_stems="nacktf, nacktb, pornogr, entblos, splitternack",
    people="madel, jungs, tochter, junge",
    young="junges, jungen, kleines, kleine, kleiner, sehr junge, unschuldiges",
    numbers="""
        ein/eins/eine, zwei, drei, vier, funf/fuenf, sechs, sieben, acht, neun, zehn, elf, zwolf/zwoelf, dreizehn, vierzehn,
        funfzehn/fuenfzehn, sechzehn, siebzehn
    """,
    years="jahre alt, jahren alt, jahr alt, jahre alte, jahre altes, jahre jung, jahriges, jahrige, jahriger, jahrigen, jahrigem, "
    "jahrig*, jaehrig*, jahre, lenze, monate alt, wochen alt",
    aged="alter, im alter von, im alter, alter von, gerade mal",
    compounds="{}jahrig, {}jaehrig",
)
