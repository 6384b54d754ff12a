"""Words that say the contrary of each other, and words that say the same, in English and German. Data."""

# Pairs that can't both be true of one thing in one respect; every form is stemmed.
OPPOSITES = {
    "en": """
        more less|more fewer|increase decrease|increase reduce|rise fall|rose fell|risen fallen|grow shrink|grew
        shrank|grow decline|higher lower|high low|highest lowest|large small|larger smaller|largest smallest|big small|
        bigger smaller|biggest smallest|long short|longer shorter|longest shortest|early late|earlier later|earliest
        latest|old new|older newer|oldest newest|old young|older younger|oldest youngest|before after|above below|over
        under|inside outside|within outside|upper lower|top bottom|beginning end|begin end|began ended|start end|start
        finish|start stop|open close|opened closed|opening closing|left right|north south|east west|northern southern|
        eastern western|northeast southwest|northwest southeast|northward southward|eastward westward|public private|
        male female|men women|man woman|boys girls|husband wife|father mother|son daughter|brother sister|hot cold|warm
        cool|warmer cooler|warmest coolest|hottest coldest|wet dry|good bad|better worse|best worst|strong weak|
        stronger weaker|strongest weakest|rich poor|richer poorer|fast slow|faster slower|fastest slowest|win lose|won
        lost|winner loser|winning losing|victory defeat|include exclude|included excluded|including excluding|accept
        reject|accepted rejected|allow forbid|allowed forbidden|allow prohibit|permit prohibit|permit forbid|legal
        illegal|lawful unlawful|possible impossible|likely unlikely|able unable|true false|positive negative|major
        minor|majority minority|maximum minimum|most least|internal external|import export|buy sell|bought sold|
        purchase sale|gain lose|love hate|success failure|succeed fail|succeeded failed|support oppose|supporter
        opponent|agree disagree|approve disapprove|approved rejected|ancient modern|light dark|heavy light|heavier
        lighter|wide narrow|wider narrower|deep shallow|easy difficult|easier harder|simple complex|simple complicated|
        common rare|commonly rarely|frequent infrequent|frequently rarely|often seldom|often rarely|temporary
        permanent|permanently temporarily|direct indirect|directly indirectly|active passive|rural urban|domestic
        foreign|same different|similar different|equal unequal|full empty|alive dead|born died|birth death|arrive
        depart|arrival departure|enter leave|entered left|enter exit|appear disappear|attack defend|offense defense|
        advantage disadvantage|superior inferior|senior junior|former latter|primary secondary|natural artificial|
        required optional|mandatory optional|compulsory voluntary|mandatory voluntary|guilty innocent|guilty acquitted|
        safe dangerous|safe unsafe|healthy unhealthy|known unknown|famous unknown|clear unclear|expand contract|expand
        shrink|strengthen weaken|improve worsen|improved worsened|raise lower|raised lowered|add remove|added removed|
        attach detach|connect disconnect|create destroy|built destroyed|build demolish|appoint dismiss|hire fire|employ
        dismiss|encourage discourage|enable disable|enabled disabled|ascend descend|forward backward|upward downward|up
        down|upstream downstream|upstairs downstairs|front back|front rear|winter summer|spring autumn|day night|
        daytime nighttime|morning evening|am pm|plus minus|credit debit|profit loss|surplus deficit|supply demand|lend
        borrow|landlord tenant|employer employee|teacher student|buyer seller|lender borrower|plaintiff defendant|
        acquire sell|hard soft|thick thin|clean dirty|loud quiet|sweet bitter|sharp blunt|wild tame|peace war|friend
        enemy|ally enemy|liberal conservative|catholic protestant|democratic authoritarian|increase decline|increase
        drop|increase fall|up-to-date outdated|partial complete|partially completely|partly entirely|partly completely|
        partly fully|quickly slowly|rapidly slowly|rapid slow|only also|exceed undershoot|optimistic pessimistic|
        voluntary involuntary|valid invalid|visible invisible|regular irregular|formal informal|dependent independent|
        stable unstable|happy unhappy|fair unfair|friendly unfriendly|certain uncertain|important unimportant|
        significant insignificant|sufficient insufficient|complete incomplete|perfect imperfect|mature immature|paid
        unpaid|married unmarried|armed unarmed|official unofficial|usual unusual|even uneven|continue discontinue|
        appreciate depreciate|inflate deflate|literate illiterate|violent peaceful|violent nonviolent|refundable
        nonrefundable|renewable nonrenewable|toxic nontoxic|profit nonprofit|hope despair|praise criticise|praise
        criticize|blame credit|reward punish|remember forget|remembered forgotten|lengthen shorten|widen narrow|
        maximise minimise|maximize minimize|multiply divide|ally oppose|unite divide|united divided|join leave|joined
        left|absent present|presence absence|abundant scarce|plentiful scarce|cheap expensive|cheaper dearer|sink
        float|inhale exhale|host guest|predator prey|cause prevent|caused prevented|cause cure|confirm deny|confirmed
        denied|admit deny|admitted denied|prove disprove|asleep awake|vertical horizontal|convex concave|odd even|acid
        alkaline|acidic basic|liquid solid|inner outer|innermost outermost|indoor outdoor|indoors outdoors|nearest
        farthest|near far|closer farther|convicted acquitted|praised criticised|praised criticized|hired fired|amateur
        professional|civilian military|heterosexual homosexual|monarchy republic|sunrise sunset|first last|previous
        next|preceding following|precede follow|preceded followed|predecessor successor|past future|ascending
        descending|southern northern|accelerate decelerate|speed slow|anode cathode|make lose|earn lose|create
        dissolve|create close|insert remove|adopted rejected|adopted declined|approved declined|present excused|
        absent attended|
        covered excluded|covers excludes|granted refused|granted denied
    """,
    "de": """
        mehr weniger|steigen sinken|steigt sinkt|stieg sank|stiegen sanken|gestiegen gesunken|stieg fiel|stiegen fielen|
        wuchsen schrumpften|steigen fallen|gestiegen
        gefallen|zunehmen abnehmen|zugenommen abgenommen|zunahme abnahme|erhöhen senken|erhöht gesenkt|erhöhte senkte|
        erhöhung senkung|erhöht verringert|vergrößern verkleinern|wachsen schrumpfen|wuchs schrumpfte|höher niedriger|
        hoch niedrig|hohe niedrige|höchste niedrigste|groß klein|große kleine|größer kleiner|größte kleinste|größere
        kleinere|lang kurz|lange kurze|länger kürzer|längste kürzeste|früh spät|früher später|früheste späteste|
        frühestens spätestens|alt neu|alte neue|älter neuer|älter jünger|ältere jüngere|älteste jüngste|alt jung|vor
        nach|vorher nachher|über unter|oberhalb unterhalb|innerhalb außerhalb|innen außen|obere untere|oben unten|
        anfang ende|beginn ende|beginnt endet|begann endete|öffnen schließen|geöffnet geschlossen|offen geschlossen|
        links rechts|linke rechte|nord süd|norden süden|nördlich südlich|nördliche südliche|ost west|osten westen|
        östlich westlich|östliche westliche|öffentlich privat|männlich weiblich|männer frauen|mann frau|heiß kalt|warm
        kalt|wärmer kälter|wärmste kälteste|nass trocken|gut schlecht|besser schlechter|beste schlechteste|stark
        schwach|stärker schwächer|stärkste schwächste|reich arm|schnell langsam|schneller langsamer|gewinnen verlieren|
        gewann verlor|gewonnen verloren|sieg niederlage|einschließlich ausschließlich|inklusive exklusive|
        eingeschlossen ausgeschlossen|enthalten ausgenommen|annehmen ablehnen|angenommen abgelehnt|genehmigt abgelehnt|
        bewilligt abgelehnt|anwesend abwesend|anwesend entschuldigt|erlaubt verboten|
        gestattet untersagt|erlauben verbieten|zulässig unzulässig|legal illegal|möglich unmöglich|wahrscheinlich
        unwahrscheinlich|wahr falsch|richtig falsch|positiv negativ|maximal minimal|maximum minimum|mindestens
        höchstens|intern extern|import export|kaufen verkaufen|kauft verkauft|gekauft verkauft|käufer verkäufer|mieter
        vermieter|mieterin vermieterin|mieterin vermieter|mieter vermieterin|arbeitgeberin arbeitnehmer|arbeitgeber
        arbeitnehmerin|arbeitgeber arbeitnehmer|gläubiger schuldner|kläger beklagter|gewinn verlust|erfolg misserfolg|
        unterstützt bekämpft|zustimmen ablehnen|leicht schwer|einfach schwierig|einfach kompliziert|breit schmal|weit
        eng|tief flach|hell dunkel|häufig selten|oft selten|vorübergehend dauerhaft|befristet unbefristet|direkt
        indirekt|gleich verschieden|voll leer|geboren gestorben|ankunft abfahrt|ankunft abreise|einzug auszug|beitritt
        austritt|vorteil nachteil|pflicht freiwillig|verpflichtend freiwillig|obligatorisch freiwillig|schuldig
        unschuldig|sicher unsicher|bekannt unbekannt|ein aus|eingeschaltet ausgeschaltet|tag nacht|morgens abends|
        vormittags nachmittags|vormittag nachmittag|sommer winter|frühling herbst|plus minus|billiger teurer|billig
        teuer|günstiger teurer|gültig ungültig|vollständig unvollständig|teilweise vollständig|entgeltlich
        unentgeltlich|kostenlos kostenpflichtig|kostenlos gebührenpflichtig|brutto netto|krieg frieden|freund feind|
        aktiv passiv|städtisch ländlich|inland ausland|erste letzte|ersten letzten|erster letzter|vorherige nächste|
        vorige folgende|vorgänger nachfolger|vergangenheit zukunft|hinzufügen entfernen|nur auch|erforderlich optional|
        notwendig unnötig|vater mutter|sohn tochter|bruder schwester|ehemann ehefrau|nähe ferne
    """,
}
# Of these, "A is above B" and "B is below A" say the same.
CONVERSE = """
    more less fewer higher lower larger smaller bigger longer shorter earlier later older younger newer before
    after above below over under better worse stronger weaker richer poorer faster slower warmer cooler buy
    sell bought sold buyer seller win lose won lost north south east west northern southern eastern western
    lend borrow husband wife father mother son daughter precede follow preceded followed predecessor successor
    inside outside heavier lighter wider narrower easier harder cheaper dearer left right upper lower superior
    inferior entered left enter leave mehr weniger höher niedriger größer kleiner länger kürzer früher später
    älter jünger vor nach über unter besser schlechter stärker schwächer schneller langsamer kauft verkauft
    gekauft verkauft kaufen verkaufen gewann verlor nördlich südlich östlich westlich oberhalb unterhalb
    vorgänger nachfolger billiger teurer
    """

# Words that say the same, in the sense that the first has; forms that no stemmer brings together among them.
SAME = {
    "en": """
        buy bought purchase purchased acquire acquired acquisition|sell sold sale|build built construct constructed
        erect|begin began begun start started commence beginning|end ended finish finished conclude concluded
        terminate ending|rise rose risen increase increased grow grew grown growth climb climbed|fall fell fallen
        decrease decreased decline declined drop dropped shrink shrank shrunk reduce reduced reduction|win won|lose
        lost|give gave given|take took taken|make made|hold held|lead led|leave left|pay paid|write wrote written|
        see saw seen|know knew known|speak spoke spoken|break broke broken|choose chose chosen elect|drive drove
        driven|find found|keep kept|meet met|run ran|say said|send sent|sink sank sunk|sing sang sung|stand stood|
        teach taught|tell told|think thought|become became|bring brought|catch caught|come came|go went gone|eat
        ate eaten|fight fought|fly flew flown|forget forgot|get got gotten obtain obtained receive received|lay
        lain|ride rode|strike struck hit|swim swam|throw threw|wear wore|large larger largest big bigger biggest|
        small smaller smallest|movie film|car automobile vehicle|ship vessel boat|company firm corporation|child
        children kids|person people persons|man men|woman women|author writer|doctor physician|attorney lawyer|
        house home|street road|city town|country nation|job occupation|employee worker staff workforce|murder kill
        killed|die died death dead|help assist aid|allow permit permitted|forbid forbidden prohibit prohibited ban
        banned|need require required|show shown demonstrate|approve approved accept accepted|reject rejected|
        injured hurt wounded injury injuries|repair repaired mend fix fixed|appear emerge|use used utilise utilize|
        purpose aim goal|fast rapid|annual yearly|near close|chief principal|often frequently|usually normally
        generally typically|rarely seldom|provide supply|contain include comprise consist|live reside inhabit|
        located situated|price cost|returned refund|contract agreement|landlord lessor|tenant lessee renter|flat
        apartment|picture image photo|answer reply|ask request|try attempt|stop cease halt|produce manufacture|
        create created establish established founded|destroy destroyed demolish demolished|divide split separate|
        join unite|fee charge|store shop|boss manager|chair chairman chairwoman|prize award|beat defeat defeated|
        succeed succeeded|publish published release released|novel book|journey trip voyage|error mistake fault|
        feed fed
    """,
    "de": """
        kaufen kauft kaufte gekauft erwerben erwarb erworben|verkaufen verkauft verkaufte|bauen baute gebaut
        errichten errichtet|beginnen beginnt begann begonnen starten startet|enden endet endete beendet|steigen
        steigt stieg stiegen gestiegen zunehmen wachsen wuchs gewachsen erhöhen erhöht|sinken sinkt sank sanken
        gesunken fallen
        fiel fielen gefallen abnehmen|gewinnen gewann gewonnen|verlieren verlor verloren|geben gab gegeben|nehmen nahm
        genommen|zahlen zahlt zahlte gezahlt bezahlen bezahlt|mitarbeiter angestellte beschäftigte|firma
        unternehmen gesellschaft betrieb|erlaubt gestattet zulässig|verboten untersagt unzulässig|wohnung haus|
        haustier haustiere|kommen kommt kam gekommen stammt stammen|öffnen öffnet geöffnet eröffnet eröffnete|
        schließen schließt geschlossen schloss|schreiben schrieb geschrieben|sterben starb gestorben|geboren geburt|
        finden fand gefunden|heißen heißt hieß genannt|groß größer größte|klein kleiner kleinste|mehrheit meiste
        meisten|kosten preis|auto fahrzeug wagen|enthalten enthält inbegriffen umfasst|verwenden nutzen benutzen
        genutzt benutzt|reparatur reparaturen|sprechen sprach gesprochen|leiten leitet geleitet leiterin leiter|
        abgelöst ersetzt ersetzte löste
    """,
}
