"""French, Spanish, Portuguese, Italian, Romanian."""

from domain.safety.language import Language

FRENCH = Language(
    code="fr",
    minors="""
        enfant, enfants, enfance, enfantin, enfantine, enfantins, enfantines, lenfant, denfant, denfants, lenfance, gamins, gamines,
        un gamin, une gamine, le gamin, la gamine, petit gamin, petite gamine, gosse, gosses, mome, momes, fillette, fillettes,
        garconnet, garconnets, un garcon, petit garcon, jeune garcon, garcons, petits garcons, petite fille, petites filles,
        jeune fille, jeunes filles, bambin, bambins, bambine, un bebe, le bebe, les bebes, bebes, nourrisson, nourrissons, nouveau ne,
        nouveau nee, adolescente, adolescentes, ladolescente, ladolescent, ladolescence, dadolescents, dadolescente, ado, ados, une ado,
        preado, mineure, mineures, une mineure, un mineur, fille mineure, garcon mineur, moins de 18 ans, moins de dix huit ans,
        ecoliere, ecolieres, ecolier, ecoliers, lecoliere, lecolier, collegienne, collegiennes, collegien, collegiens, lyceenne,
        lyceennes, lyceen, lyceens, ecole primaire, ecole maternelle, maternelle, uniforme scolaire, pubere, prepubere, puberte,
        impubere, pas majeure, pas encore majeure, pas majeur, nymphette, lolita, pucelle, toute jeune, tres jeune fille
    """,
    marked_minors="bébé, bébés, gamine, école élémentaire",
    minor_stems="adolescen, collegien, prepuber, pedoporno, pedopornog",
    sexual="""
        nue, nues, toute nue, tout nu, completement nu, homme nu, femme nue, corps nu, corps nus, denude, denudee, denudes, denudees,
        nudite, deshabille, deshabillee, deshabillees, devetue, devetu, seins nus, seins a lair, poitrine nue, tetons, mamelons,
        chatte, baiser sexuel, baise, sexe, sexuel, sexuelle, sexuels, pornographie, pornographique, sans vetement,
        sans vetements, sans culotte, a poil, sodomie, fellation, pipe sexuelle, branlette, masturbe, jouissance, erotique, erotiques
    """,
    people="fille, filles, garcon, fils, nana, soeur",
    young="petite, jeune, jeunes, toute petite, si jeune, innocente",
    young_after="mineure, mineur, mineures, prepubere, pubere, impubere",
    numbers="""
        un/une, deux, trois, quatre, cinq, six, sept, huit, neuf, dix, onze, douze, treize, quatorze, quinze, seize, dix sept
    """,
    tens="vingt, trente, quarante, cinquante, soixante",
    years="ans, piges, an dage, annees dage, printemps, mois dage",
    aged="agee de, age de, agees de, ages de, lage de, agee, a lage de, parait",
)

SPANISH = Language(
    code="es",
    minors="""
        una nina, un nino, la nina, el nino, las ninas, los ninos, ninas, ninos, nina pequena, nino pequeno, ninita, ninito, ninitas,
        ninitos, nina de, nino de, nina desnuda, nino desnudo, joven nina, pequena nina, mi nina, nineras con, infantil, infantiles,
        infancia, chiquilla, chiquillas, chiquillo, chiquillos, chiquita, chiquitas, muchachita, muchachito, crio, crios, chaval,
        chavales, chavala, nene, nena, nenes, nenas, bebita, bebito, un bebe, el bebe, la bebe, adolescente, adolescentes, adolescencia,
        preadolescente, quinceanera, quinceaneras, menor de edad, menores de edad, menor de 18, menores, menor de dieciocho, colegiala,
        colegialas, colegial, colegiales, escolar, escolares, preescolar, alumna de primaria, alumna de secundaria, escuela primaria,
        escuela secundaria, estudiante de secundaria, estudiante de primaria, uniforme escolar, pubertad, puber, prepuber, impuber,
        jovencita, jovencitas, jovencito, jovencitos, mocosa, mocoso, parvulo, parvulos, recien nacida, recien nacido, no adulta,
        no es mayor de edad, aun no mayor de edad, pedofilia, lolita
    """,
    marked_minors="niña, niño, niñas, niños, niñita, niñito, niñez, bebé, bebés",
    minor_stems="adolescen, colegial, preadoles, pornoinf, chiquill, jovencit, quinceane",
    sexual="""
        desnuda, desnudo, desnudas, desnudos, desnudez, desnudarse, desnudandose, semidesnuda, semidesnudo, sin ropa, sin ropa interior,
        sin vestir, en cueros, en pelotas, tetas, pezones, pezon, cono humedo, polla, verga, pene, follando, follar, coger sexo, sexo,
        sexuales, porno, pornografia, pornografico, mamada, corrida facial, masturbandose, masturbacion, orgasmo, erotica, erotico,
        eroticas, eroticos, violada, puta, putas, zorra desnuda
    """,
    sexual_stems="desnud, pornogra, masturb",
    people="chica, chicas, chico, chicos, muchacha, muchachas, muchacho, hija, hijo, hermana, hermano, hermanita",
    young="pequena, pequeno, tierna, inocente",
    young_after="pequena, pequeno, pequenas, pequenos, menor, menores, chiquita, inocente, inmadura",
    numbers="""
        un/uno/una, dos, tres, cuatro, cinco, seis, siete, ocho, nueve, diez, once, doce, trece, catorce, quince, dieciseis/diez y seis,
        diecisiete/diez y siete
    """,
    tens="veinte, treinta, cuarenta, cincuenta, sesenta, setenta, ochenta, noventa",
    years="anos, ano de edad, anitos, anos de edad, primaveras, meses de edad",
    aged="edad, edad de, de edad, con apenas, cumplio, tiene solo",
    fine_before={"menores": "costes, costos, precios", "escolar": "material"},
)

PORTUGUESE = Language(
    code="pt",
    minors="""
        crianca, criancas, criancinha, criancinhas, menina, meninas, menininha, menino, meninos, menininho, garotinha, garotinhas,
        garotinho, mocinha, mocinhas, novinha, novinhas, ninfeta, ninfetas, guri, guria, moleque, pirralho, pirralha, bebes, um bebe,
        o bebe, nenem, adolescente, adolescentes, adolescencia, menor de idade, menores de idade, menor de 18, de menor, colegiais,
        estudante do ensino medio, ensino fundamental, ensino medio, aluna do ensino, uniforme escolar, infantil, infancia, puberdade,
        pubere, impubere, recem nascida, recem nascido, nao e maior de idade, rapazinho, miuda, miudas, miudo, petiz
    """,
    marked_minors="bebê, bebês",
    minor_stems="adolescen, menininh, garotinh, crianci, ninfet",
    sexual="""
        nua, nuas, pelado, pelada, pelados, peladas, desnuda, nudez, mulher nua, homem nu, sem roupa, sem roupas, sem calcinha, despida,
        despido, seios nus, mamilos, buceta, boceta, caralho, piroca, transando, foder, fodendo, chupando pau, punheta, gozada, tesuda,
        pornografia, sexo, sexual, erotico, erotica, puta, gostosa pelada, siririca
    """,
    people="garota, garotas, garoto, garotos, moca, rapariga, raparigas, rapaz, filha, filho",
    young="pequena, pequeno, jovem, inocente",
    young_after="jovem, jovens, pequena, pequeno, menor, inocente",
    numbers="""
        um/uma, dois/duas, tres, quatro, cinco, seis, sete, oito, nove, dez, onze, doze, treze, quatorze/catorze, quinze,
        dezesseis/dezasseis, dezessete/dezassete
    """,
    tens="vinte, trinta, quarenta, cinquenta, sessenta, setenta, oitenta, noventa",
    years="anos, aninhos, anos de idade, meses de idade, primaveras",
    aged="idade, idade de, com apenas, tem so, tem apenas",
    fine_after={"meninas": "las"},
)

ITALIAN = Language(
    code="it",
    minors="""
        bambino, bambina, bambini, bambine, bambinetta, bambinetto, bimba, bimbi, bimbe, bimbetta, bimbetto, infanzia, infantile,
        ragazzina, ragazzine, ragazzino, ragazzini, ragazzetta, ragazzetto, fanciulla, fanciulle, fanciullo, fanciulli, adolescente,
        adolescenti, unadolescente, ladolescente, adolescenza, preadolescente, minorenne, minorenni, una minorenne, minore deta,
        minori di 18, sotto i 18, neonato, neonata, neonati, lattante, lattanti, scolaretta, scolarette, scolaretto, scolara, scolaro,
        liceale, liceali, liceale nuda, studentessa delle medie, studentessa del liceo, scuola elementare, scuola media, scuole medie,
        scuola materna, asilo, uniforme scolastica, divisa scolastica, pubere, prepubere, impubere, puberta, giovanissima, giovanissime,
        giovanissimo, lolita, seienne, settenne, ottenne, novenne, decenne, undicenne, dodicenne, tredicenne,
        quattordicenne, quindicenne, sedicenne, diciassettenne, non maggiorenne, non ancora maggiorenne
    """,
    minor_stems="minorenn, adolescen, ragazzin, giovaniss, fanciull, bambin, pedoporno, pedopornog",
    sexual="""
        nuda, nudo, nude donne, nudi, nudita, svestita, svestito, spogliata, spogliato, senza vestiti, senza mutande, senza abiti,
        a seno nudo, capezzoli, capezzolo, tette, figa, cazzo, scopare, scopata, sesso, sessuale, sessuali, pornografia, pompino,
        masturba, masturbazione, orgasmo, erotico, erotica, erotici, puttana
    """,
    people="ragazza, ragazze, ragazzo, ragazzi, figlia, figlio, sorella",
    young="piccola, piccolo, giovane piccola, innocente",
    young_after="minorenne, piccola, piccolo, immatura",
    numbers="""
        un/uno/una, due, tre, quattro, cinque, sei, sette, otto, nove, dieci, undici, dodici, tredici, quattordici, quindici, sedici,
        diciassette
    """,
    tens="venti, trenta, quaranta, cinquanta, sessanta, settanta, ottanta, novanta",
    years="anni, enne, enni, annetti, anni deta, mesi deta, primavere",
    aged="eta, eta di, di appena, alleta di, ha solo",
    fine_before={"bimba": "y lola"},
)

ROMANIAN = Language(
    code="ro",
    minors="""
        copil, copii, copilul, copila, copilas, copilarie, fetita, fetite, fetitele, baietel, baietei, baiat mic, bebelus, bebelusi,
        adolescenta, adolescente, adolescent, minora, minori, sub 18 ani, scolarita, liceana, liceene
    """,
    sexual="fata goala, femeie goala, dezbracata, dezbracat, nuditate, sfarcuri, fara haine",
    people="fata, fete, baiat",
    young="mica, tanara",
    young_after="mica, tanara, mic",
    numbers="""
        un, doi/doua, trei, patru, cinci, sase, sapte, opt, noua, zece, unsprezece, doisprezece, treisprezece, paisprezece,
        cincisprezece, saisprezece, saptesprezece
    """,
    tens="douazeci, treizeci, patruzeci, cincizeci, saizeci, saptezeci, optzeci, nouazeci",
    years="ani, anisori",
    aged="varsta de, in varsta de",
)
