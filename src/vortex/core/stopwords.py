"""The small words of each language: what a search may ignore, and what gives a language away.

The lists hold articles, pronouns, prepositions, conjunctions and auxiliary verbs. They serve two ends: content words
are those that are not here, and the language of a text is the one whose small words it uses most.
"""

from types import MappingProxyType

_WORDS = {
    "en": """a about above after again against all also am an and any are aren't as at be because been before being
        below between both but by can can't cannot could couldn't did didn't do does doesn't doing don't down during
        each either etc ever every few for from further had hadn't has hasn't have haven't having he her here hers
        herself him himself his how however i if in into is isn't it it's its itself just let's may me might more most
        must my myself neither no nor not of off on once one's only onto or other our ours ourselves out over own per
        rather same shall she should shouldn't since so some such than that that's the their theirs them themselves
        then there these they this those though through thus to too under until up upon us very via was wasn't we were
        weren't what when where whether which while who whom whose why will with within without won't would wouldn't
        yet you your yours yourself yourselves""",
    "es": """a al algo algunas algunos ante antes aquel aquella aquí así aun aunque bajo bien cada casi como con contra
        cual cuales cuando de del desde donde dos durante e el ella ellas ellos en entre era eran es esa esas ese eso
        esos esta estaba estado están estar estas este esto estos está fue fueron ha hace hacia han hasta hay la las le
        les lo los más me mi mientras muy nada ni no nos nosotros o os otra otras otro otros para pero poco por porque
        pues que quien quienes qué se sea según ser si sido sin sobre solo son su sus sí también tan tanto te tiene
        tienen todo todos tras tu un una unas uno unos usted y ya yo él""",
    "fr": """à afin ai ainsi alors après au aucun aussi autre autres aux avait avant avec avoir c ce ceci cela celle
        celui ces cet cette ceux chaque chez comme comment d dans de depuis des deux doit donc dont du elle elles en
        encore entre est et étaient était été être eu eux fait faut il ils j je jusque l la le les leur leurs lorsque
        lui m ma mais me même mes moins mon n ne ni nos notre nous on ont ou où par parce pas peu peut peuvent plus
        pour pourquoi qu quand que quel quelle quelles quelque quelques quels qui quoi s sa sans se ses si son sont
        sous sur t ta tandis tant te tes toi ton tous tout toute toutes très tu un une vers vos votre vous y""",
    "de": """aber alle allem allen aller alles als also am an auch auf aus bei beim bis da damit dann darf das dass dem
        den denn der des deshalb die dies diese diesem diesen dieser dieses doch dort durch ein eine einem einen einer
        eines er es etwa etwas für gegen gibt haben hat hatte hatten hier ich ihm ihn ihr ihre ihrem ihren ihrer im in
        indem ins ist ja jede jedem jeden jeder jedes jedoch kann kein keine keinem keinen keiner können man mehr mit
        muss müssen nach nicht noch nun nur ob oder ohne sehr sein seine seinem seinen seiner seit sich sie sind so
        soll sollen sondern sowie über um und uns unser unter viel vom von vor wann war waren warum was weil
        welche welchem welchen welcher welches wenn wer werden weshalb wie wieder wieso wir wird wo wodurch wofür womit
        woraus worin wovon wozu wurde wurden während zu zum zur zwischen""",
    "it": """a agli ai al alla alle allo altri altro anche ancora avere aveva c che chi ci come con contro cosa così
        cui da dagli dai dal dalla dalle dallo degli dei del della delle dello dentro di dopo dove due e ed era erano
        essere fra fu furono già gli ha hanno i il in io l la le lei lo loro lui ma me mentre mi molto ne negli nei
        nel nella nelle nello no noi non o ogni per perché però più poco poi prima può qual quale quali quando quanto
        quella quelle quelli quello questa queste questi questo qui se sempre senza si sia solo sono sopra sotto sta
        stata state stati stato su sua sue sugli sui sul sulla sulle suo suoi tra tutta tutte tutti tutto un una uno
        vi voi è""",
    "pt": """a ainda além ao aos apenas após aquela aquele as assim até cada com como contra da das de dela dele deles
        depois desde dessa desse desta deste do dois dos e ela elas ele eles em enquanto entre era eram essa essas esse
        esses esta estas estava este estes está estão eu foi foram for há isso isto já lhe mais mas me mesmo meu minha
        muito na nas nem nessa nesse nesta neste no nos não nós num numa o onde os ou outra outras outro outros para
        pela pelas pelo pelos pode podem por porque pouco qual quando que quem se sem sempre ser seu seus são só sobre
        sua suas sob também tem têm ter teu toda todas todo todos tu um uma uns você vocês à às é""",
    "ru": """а без более бы был была были было быть в вам вас весь во вот все всего всех вы где да даже для до его ее
        если есть еще ещё её же за здесь и из или им их к как когда который которая которое которые кто ли между меня
        мне может можно мы на над надо нам нас не него нее ней нет ни них но ну о об однако он она они оно от очень
        перед по под после потому при про с свою себя так также такой там тем то того тоже только том ты у уже хотя
        чего чем через что чтобы эта эти это этого этой этом этот я""",
}

STOPWORDS = MappingProxyType({language: frozenset(words.split()) for language, words in _WORDS.items()})
"""ISO 639-1 code → lower-case words."""
