"""Guessing an encoding: common encodings are told apart, and damaged text is not taken for one."""
# ruff: noqa: RUF001 - Chinese punctuation is meant

import pytest

from embtrain.option_names import on_command_line
from embtrain.text.encoding import Guess, guess_encoding, how_to_convert

SIMPLIFIED = "质量还不错，内容只适合消遣。宝宝一岁七个月，不是太喜欢，也许是因为色彩不够鲜艳的缘故。\n" * 9
TRADITIONAL = "作者對人物的描寫也太膚淺，真的很失望。孩子不喜歡，能換別的嗎？\n" * 9
FRENCH = "Après l’été, les élèves français étudièrent à Genève où Ève préférait le café crème.\n" * 9
RUSSIAN = "Все счастливые семьи похожи друг на друга, каждая несчастливая несчастлива по-своему.\n" * 9
KOREAN = "모든 인간은 태어날 때부터 자유로우며 그 존엄과 권리에 있어 동등하다.\n" * 9
JAPANESE = "すべての人間は、生まれながらにして自由であり、尊厳と権利とについて平等である。\n" * 9

# Plain sentences of each language, several hundred bytes in an encoding with one byte for each character.
SENTENCES = {
    "french": (
        "Toutes les familles heureuses se ressemblent, mais chaque famille malheureuse l'est à sa "
        "façon. Tout était sens dessus dessous dans la maison. La femme avait découvert que son mari "
        "avait eu une liaison avec une ancienne gouvernante française, et elle lui avait déclaré "
        "qu'elle ne pouvait plus vivre sous le même toit. Cette situation, qui durait depuis trois "
        "jours déjà, était péniblement ressentie par les époux."
    ),
    "german": (
        "Alle glücklichen Familien gleichen einander, jede unglückliche Familie ist auf ihre eigene "
        "Art unglücklich. Im Hause herrschte allgemeine Verwirrung. Die Frau hatte erfahren, daß ihr "
        "Mann mit der früheren französischen Erzieherin ein Verhältnis gehabt hatte, und hatte ihm "
        "erklärt, sie könne nicht länger mit ihm unter einem Dache leben. Schöne Grüße aus München "
        "und Köln, wo die Straßen naß und die Häuser größer sind."
    ),
    "spanish": (
        "Todas las familias felices se parecen unas a otras, pero cada familia infeliz lo es a su "
        "manera. En un lugar de la Mancha, de cuyo nombre no quiero acordarme, no ha mucho tiempo que"
        " vivía un hidalgo de los de lanza en astillero, adarga antigua, rocín flaco y galgo "
        "corredor. Frisaba la edad de nuestro hidalgo con los cincuenta años; era de complexión "
        "recia, seco de carnes, y había más pequeños daños."
    ),
    "polish": (
        "Wszystkie szczęśliwe rodziny są do siebie podobne, każda nieszczęśliwa rodzina jest "
        "nieszczęśliwa na swój sposób. W domu panowało zupełne zamieszanie. Żona dowiedziała się, że "
        "mąż utrzymywał stosunki z byłą guwernantką, Francuzką, i oświadczyła mu, że nie może z nim "
        "mieszkać pod jednym dachem. Sytuacja ta trwała już trzeci dzień i dotkliwie odczuwali ją "
        "zarówno małżonkowie, jak i wszyscy członkowie rodziny. Źdźbło trawy."
    ),
    "czech": (
        "Všechny šťastné rodiny jsou si podobné, každá nešťastná rodina je nešťastná po svém. V domě "
        "byl zmatek. Manželka se dozvěděla, že její muž měl poměr s francouzskou vychovatelkou, která"
        " u nich dříve sloužila, a prohlásila mu, že s ním nemůže žít pod jednou střechou. Tato "
        "situace trvala už třetí den a trapně ji pociťovali jak manželé, tak i všichni členové "
        "rodiny. Příliš žluťoučký kůň úpěl ďábelské ódy."
    ),
    "hungarian": (
        "A boldog családok mind hasonlók egymáshoz, minden boldogtalan család a maga módján az. Az "
        "Oblonszkij-házban teljes volt a zűrzavar. A feleség megtudta, hogy a férjének viszonya volt "
        "a házukban élt francia nevelőnővel, s kijelentette, hogy nem élhet vele egy fedél alatt. Ez "
        "a helyzet már harmadik napja tartott, s kínosan érezték mind maguk a házastársak, mind a "
        "család többi tagja. Őrült, hűvös, földből nőtt tölgy."
    ),
    "croatian": (
        "Sve sretne obitelji nalik su jedna na drugu, svaka nesretna obitelj nesretna je na svoj "
        "način. Sve se u kući pobrkalo. Žena je saznala da je muž imao vezu s bivšom guvernantom "
        "Francuskinjom i rekla mu da ne može živjeti s njim pod istim krovom. Takvo stanje trajalo je"
        " već treći dan i mučno su ga osjećali i sami supružnici, i svi članovi obitelji, i ukućani. "
        "Čovjek je došao kući i rekao da će mu sutra biti bolje, šteta što kiši."
    ),
    "romanian": (
        "Toate familiile fericite se aseamănă între ele; fiecare familie nefericită este nefericită "
        "în felul ei. În casa Oblonski totul era întors pe dos. Soţia aflase că bărbatul ei are o "
        "legătură cu fosta guvernantă franceză şi-i declarase că nu mai poate locui cu el sub acelaşi"
        " acoperiş. Această situaţie dura de trei zile şi era dureros resimţită nu numai de soţi, dar"
        " şi de toţi membrii familiei şi de servitori."
    ),
    "turkish": (
        "Bütün mutlu aileler birbirine benzer, her mutsuz ailenin ise kendine özgü bir mutsuzluğu "
        "vardır. Evde her şey altüst olmuştu. Kadın, kocasının eskiden evlerinde çalışan Fransız "
        "mürebbiyeyle ilişkisi olduğunu öğrenmiş, ona artık aynı çatı altında yaşayamayacağını "
        "söylemişti. Bu durum üç gündür sürüyor, hem karı kocayı hem de bütün aileyi üzüyordu. "
        "İstanbul'da yağmur yağıyor, çocuklar dışarıda oynuyor."
    ),
    "russian": (
        "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. "
        "Все смешалось в доме Облонских. Жена узнала, что муж был в связи с бывшею в их доме "
        "француженкою-гувернанткой, и объявила мужу, что не может жить с ним в одном доме. Положение "
        "это продолжалось уже третий день и мучительно чувствовалось и самими супругами, и всеми "
        "членами семьи, и домочадцами."
    ),
    "ukrainian": (
        "Усі щасливі сім'ї схожі одна на одну, кожна нещаслива сім'я нещаслива по-своєму. Усе "
        "змішалося в домі Облонських. Дружина дізналася, що чоловік мав зв'язок із колишньою в "
        "їхньому домі француженкою-гувернанткою, й оголосила чоловікові, що не може жити з ним в "
        "одному домі. Таке становище тривало вже третій день і болісно відчувалося самим подружжям та"
        " всіма членами сім'ї."
    ),
    "bulgarian": (
        "Всички щастливи семейства си приличат, всяко нещастно семейство е нещастно посвоему. Всичко "
        "се беше объркало в дома на Облонски. Жената бе узнала, че мъжът й има връзка с бившата в "
        "къщата им французойка гувернантка, и бе заявила на мъжа си, че не може да живее с него в "
        "една къща. Това положение продължаваше вече трети ден и се чувстваше мъчително."
    ),
    "greek": (
        "Όλες οι ευτυχισμένες οικογένειες μοιάζουν μεταξύ τους, κάθε δυστυχισμένη οικογένεια είναι "
        "δυστυχισμένη με τον δικό της τρόπο. Όλα ήταν άνω κάτω στο σπίτι των Ομπλόνσκι. Η γυναίκα "
        "είχε μάθει πως ο άντρας της είχε σχέσεις με την πρώην Γαλλίδα γκουβερνάντα και του δήλωσε "
        "πως δεν μπορούσε να ζει μαζί του."
    ),
}

PLAIN = "今天天气很好，我们去公园散步，看见许多花朵开放。\n" * 9
WIDE = ("utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")


@pytest.mark.parametrize(
    ("text", "encoding", "expected"),
    [
        (SIMPLIFIED, "gb18030", "gb18030"),
        (SIMPLIFIED, "gbk", "gb18030"),
        (TRADITIONAL, "big5", "big5"),
        (FRENCH.replace("’", "'"), "latin1", "latin1"),
        (FRENCH, "cp1252", "cp1252"),
        (RUSSIAN, "koi8-r", "koi8-r"),
        (RUSSIAN, "cp1251", "cp1251"),
        (KOREAN, "euc-kr", "cp949"),
        (JAPANESE, "euc-jp", "euc-jp"),
        (JAPANESE, "shift-jis", "cp932"),
        (SIMPLIFIED, "utf-16", "utf-16"),
        (FRENCH, "utf-16", "utf-16"),
        # Without the character that is the most frequent one.
        (PLAIN, "gbk", "gb18030"),
        (PLAIN[:12], "gbk", "gb18030"),
        (PLAIN + "\x01\x02", "gbk", "gb18030"),
        *(
            (text, wide, wide)
            for text in (PLAIN, FRENCH, RUSSIAN, KOREAN, "a list\nof words\n")
            for wide in WIDE
        ),
        ("plain", "ascii", "utf-8"),
        ("", "ascii", "utf-8"),
        *((text, "utf-8", "utf-8") for text in (SIMPLIFIED, TRADITIONAL, FRENCH, RUSSIAN, KOREAN, JAPANESE)),
    ],
)
def test_encodings(text, encoding, expected):
    assert guess_encoding(text.encode(encoding)) == Guess(expected)


@pytest.mark.parametrize("cut", [1, 2])
def test_a_sample_may_end_inside_a_character(cut):
    assert guess_encoding(SIMPLIFIED[:1].encode()[:cut]) == Guess("utf-8")


def test_damaged_text_is_not_converted():
    damaged = SIMPLIFIED.encode() + b"\xff\xb5\xc4"
    assert guess_encoding(damaged) == Guess("utf-8")
    assert (
        on_command_line(how_to_convert(Guess("gb18030"))) == "if the text is gb18030, give --encoding gb18030"
    )
    assert (
        how_to_convert(Guess("utf-8"))
        == "the text is damaged there (iconv -c -f utf-8 -t utf-8 leaves them out)"
    )


@pytest.mark.parametrize(
    ("language", "encoding", "expected"),
    [
        ("french", "cp1252", "latin1"),
        ("german", "latin1", "latin1"),
        ("spanish", "latin1", "latin1"),
        ("polish", "cp1250", "cp1250"),
        ("polish", "iso8859-2", "iso8859-2"),
        ("czech", "cp1250", "cp1250"),
        ("czech", "iso8859-2", "iso8859-2"),
        ("croatian", "cp1250", "cp1250"),
        ("croatian", "iso8859-2", "iso8859-2"),
        # Both encodings have these letters at the same places.
        ("hungarian", "iso8859-2", "cp1250"),
        ("romanian", "iso8859-2", "cp1250"),
        ("turkish", "cp1254", "iso8859-9"),
        ("turkish", "iso8859-9", "iso8859-9"),
        ("russian", "cp1251", "cp1251"),
        ("russian", "koi8-r", "koi8-r"),
        ("russian", "cp866", "cp866"),
        ("russian", "iso8859-5", "iso8859-5"),
        ("ukrainian", "cp1251", "cp1251"),
        ("ukrainian", "koi8-u", "koi8-u"),
        ("bulgarian", "cp1251", "cp1251"),
        ("greek", "cp1253", "cp1253"),
    ],
)
def test_one_byte_encodings_are_told_by_the_language(language, encoding, expected):
    text = SENTENCES[language]
    stored = text.encode(encoding)
    assert len(stored) > 300
    assert stored.decode(expected) == text
    for sample in (
        stored,
        stored.replace(b". ", b".\n") + b"\n",
        b"ASCII before it\n" * 500 + stored + b"\n",
    ):
        assert guess_encoding(sample) == Guess(expected)


@pytest.mark.parametrize("language", ["french", "turkish"])
def test_quotation_marks_of_windows_tell_its_encodings(language):
    text = f"\u201c{SENTENCES[language]}\u201d"
    windows = {"french": "cp1252", "turkish": "cp1254"}[language]
    assert guess_encoding(text.encode(windows)) == Guess(windows)


@pytest.mark.parametrize("text", ["czech", "polish", "hungarian"])
def test_what_a_short_text_does_not_tell_is_called_a_guess(text):
    guess = guess_encoding(SENTENCES[text][:120].encode("cp1250"))
    assert guess == Guess("latin1", sure=False)
    assert on_command_line(how_to_convert(guess)) == (
        "if the text is latin1 (a guess), give --encoding latin1"
    )
