"""Words that say nothing of what a text is about, by language; which of these a text is in is told by how many of them it has."""

from collections.abc import Mapping, Sequence


def listed(words: str) -> frozenset[str]:
    return frozenset(words.split())


STOP_WORDS: Mapping[str, frozenset[str]] = {
    "en": listed("""
a about above after again against all almost also although always am an and another any anyone anything are aren around as ask at away
back be became because become been before began being below between both but by came can cannot come comes coming could couldn did didn do
does doesn doing don done down during each either else enough even ever every everyone everything few find first for from further gave get
gets getting give given gives giving go goes going gone gonna good got had has have haven having he hello her here hers hey him himself his
how however i if in into is isn it its itself just keep kept kind knew know known knows last later least less let lets like likely ll long
look looking lot lots made make makes making many may maybe me mean might mine more most much must my myself need needs never new next no
nobody none nor not nothing now of off often oh ok okay old on once one ones only onto or other others ought our ours out over own people
per perhaps put quite rather re really right said same saw say saying says see seem seems seen several shall she should shouldn show since
so some somebody someone something sometimes soon still stuff such sure take takes taking tell than thank thanks that the their theirs them
then there these they thing things think this those though thought three through time times to today together told too took toward tried
tries try trying two under until up upon us use used using usually ve very video want wants was wasn way ways we well went were weren what
whatever when where whether which while who whole whom whose why will with within without won would wouldn yeah year years yes yet you your
yours yourself guys welcome channel subscribe actually basically literally pretty bit little big thousand hundred four five six seven eight
nine ten eleven twelve fifteen twenty thirty forty fifty sixty seventy eighty ninety percent second day days week weeks month months
"""),
    "de": listed("""
aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes auch auf aus bei beim bin bis bist da dabei
damit dann daran darauf das dass dazu dein deine deinem deinen deiner dem den denn der des deshalb dich die dies diese diesem diesen dieser
dieses dir doch dort du durch ein eine einem einen einer eines einfach einmal er es etwas euch euer eure für ganz gar geht gibt habe haben
hat hatte hatten heute hier hin hinter ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in ins ist ja jede jedem jeden jeder jedes
jetzt kann kein keine keinem keinen keiner können könnt machen macht man manche mehr mein meine meinem meinen meiner mich mir mit mal
muss müssen nach natürlich nicht nichts noch nun nur ob oder ohne schon sehr sein seine seinem seinen seiner seit sich sie sind so solche
soll sollen sollte sondern sonst über um und uns unser unsere unter viel viele vom von vor war waren warum was weil weiter welche wenn wer
werden wie wieder will wir wird wirklich wo wollen wurde wurden zu zum zur zwar zwischen
"""),
    "fr": listed("""
ai alors après as assez au aucun aujourd aussi autre autres aux avant avec avez avoir avons bien bon ça car ce cela ces cet cette ceux chez
chose choses comme comment dans de depuis des donc dont du elle elles en encore entre es est et étaient était été être eu eux faire fait
faut font hui ici il ils je jour la là le les leur leurs lui ma mais me même mes moi moins mon ne ni nos notre nous on ont ou où par parce
pas peu peut peuvent plus pour pourquoi puis quand que quel quelle quelles quelque quels qui quoi sa sans se sera ses si son sont sous sur ta
tes toi ton tous tout toute toutes très trop tu un une va vers veut vont vos votre vous vraiment
"""),
    "es": listed("""
a al algo algunas alguno algunos ahora allí ante antes aquí así aunque bien cada casi como cómo con cosa cosas cual cuando cuándo de del desde
donde dónde dos el él ella ellas ellos en entonces entre era eran eres es esa esas ese eso esos esta está estaba están estar estas este esto
estos estoy fue fueron gente ha había hacer hace hacia han hasta hay haya he hemos hoy hola la las le les lo los más me mejor mi mis mismo
mucho muchos muy nada ni no nos nosotros nuestra nuestro o os otra otras otro otros para pero poco por porque porqué pues puede pueden que qué
quien quién quiere se sea según ser si sí sido siempre sin sobre solo sólo somos son su sus también tan tanto te tener tengo ti tiene tienen
todas todo todos tu tú tus un una unas uno unos va vamos van vez veces vosotros voy y ya yo
"""),
}
LEAST_SHARE = 0.2
"""Of a text's words that are stop words of its language. Running text has 0.4 to 0.6, lists of names and other languages under 0.1."""


def language_of(words: Sequence[str]) -> str | None:
    """Of words in lower case. None: none of these, or too little to tell."""
    if not words:
        return None
    share = {name: sum(word in stops for word in words) / len(words) for name, stops in STOP_WORDS.items()}
    best = max(share, key=share.__getitem__)
    return best if share[best] >= LEAST_SHARE else None
