"""Invented names for the demo borough.

Given names are those of London's mix. Family names, streets, schemes and providers are coined for the demo. No real
postcode begins with TV, the telephone numbers are from Ofcom's ranges for drama, and `.example` never resolves.
"""

from __future__ import annotations

from random import Random

BOROUGH = "Thornbury Vale"
COUNCIL = "Thornbury Vale Council"
COUNCIL_DOMAIN = "thornburyvale.example"
POLICE = "Vale Metropolitan Constabulary"
POLICE_DOMAIN = "valeconstabulary.example"


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


GIVEN = _words(
    "Aaliyah Abdi Ade Aisha Alesha Amara Amina Anton Aria Asha Ayo Bashir Bea Bilal Blessing Callum "
    "Carmel Chidi Chloe Cian Dami Danesh Danika Dele Demi Deshawn Diego Dilan Ebony Efe Ekow Elif Ella "
    "Emeka Emre Esme Ezra Farah Faith Femi Finlay Fola Freya Gabriel Gulsen Habiba Hamza Hana Hassan "
    "Ibrahim Idris Ife Imani Isla Ismail Jada Jahmal Jamila Jasmin Jerome Jodie Joel Kacper Kadir Kai "
    "Kareem Keisha Kofi Kwame Lamar Leila Leon Liban Lina Luca Maisie Malachi Mariam Marcus Maya Mehmet "
    "Mika Mina Mohamed Nadia Naima Nathan Nia Nikola Noor Olu Omar Oskar Paige Precious Priya Rafi Rahel "
    "Reece Renee Rhys Rosa Ruby Ruta Sabrina Sadia Samir Sana Selin Shanice Shay Simran Sofia Sumaya "
    "Tanisha Tariq Temi Theo Tia Tomasz Tyrell Umar Valentina Wiktor Yara Yasin Yonas Yusuf Zahra Zain "
    "Zeynep Zoe"
)

FAMILY = _words(
    "Abdiwan Achterlow Adebanjor Adomakie Afolarin Ahmedzai Akinwandle Alabara Alderwyke Amankwor "
    "Andrevic Asantewor Aydemirci Babarinde Balatunde Barrowfen Begumzade Belgravier Berhanova Bhattalia "
    "Bishara Boatengor Brackenshaw Brightholme Calderwick Carvalheira Chaudrane Chinwezor Chowdrani "
    "Clovenmere Costinelli Cravenhall Dahirow Dankwarth Darkoby Desalenn Dhanvali Dimitrane Dobrowska "
    "Donnavane Dunmorrow Ekwunire Elmistead Eskandary Fairbrace Farahdin Fenwalde Fernalho Fontaynor "
    "Gebresel Ghebrane Gomezal Greenhithe Guldemir Gyamfior Habtemar Haillard Hashiwa Hawkesmere Hossainy "
    "Ibekwani Idrisova Ilungani Iqbalzad Jallowen Janowicki Jelanior Kabirane Kamarande Karimzad Kaplanay "
    "Khaledine Kiplarne Kowalenko Kurtulane Lamptor Lewandrow Limbrook Lovestead Lukawska Mahmoudane "
    "Malikzad Marchbanke Mbalande Mensarow Miahzad Mohamedane Mulgravor Mwangale Nakirija Nkrumane "
    "Novakrin Nunezal Nwabrook Obasekor Ochienga Odufuwor Okaforde Okonjare Oladipane Olorunde Omarane "
    "Osmanli Otienga Ozturane Patelaw Pennifold Pereiral Petrovane Quansahr Quillstone Rahmanik Ramosal "
    "Redvane Rosenfold Sackeyor Salimane Samuda-Hale Santoval Sesayor Shahzane Sheriffe-Lowe Siddiqane "
    "Silvarez Solankar Stanmarsh Suleymane Szymanek Tadesbe Tekleane Tesfayu Thistlewray Thorncastle "
    "Tunbrook Turayor Uddinane Umehara-Oke Vandermeer-Ash Vasquezal Wanjirane Warsanle Whitlowe Wolderuf "
    "Woodmarsh Yeboahr Yildizane Yusufane Zakarine Zelenkow Zielinor"
)

STREETS = _words(
    "Alderfold Ashgarth Barleymow Bellhanger Birchenlee Bramblecote Candlewick Cinderford Coppergate "
    "Crossfallow Dovemere Elderflow Fennimore Ferrybank Foxmantle Gallowglass Harrowgreen Hazelrigg "
    "Inkerwell Juniperhall Kilnmarsh Larkmere Limekiln Marlpit Millbraid Netherfold Oakenhurst "
    "Paddlewharf Quarryhill Ropewalk Saltersgate Tannerside Underley Violethill Wharfinger Wickerbank "
    "Yarrowdale"
)
STREET_KINDS = ("Road", "Street", "Lane", "Grove", "Terrace", "Hill", "Walk", "Square")

HOUSES = _words(
    "Alder Amber Beacon Bramley Cedar Chantry Compass Copper Damson Dunlin Elder Fallow Fern Finch Garnet "
    "Hazel Heron Hollow Indigo Juniper Kestrel Lantern Larch Linnet Maple Marlow Merlin Mulberry Osprey "
    "Pippin Quince Rowan Russet Saffron Sorrel Swift Tamar Teasel Willow Wren"
)
HOUSE_KINDS = _words(
    "House Court Lodge Yard Rise Row Place Mews Gate Wharf Hall Corner Quay Terrace Gardens Walk Green "
    "Close Mount Field Bank Cross End Fold Garth Grange Keys Landing Loft Nook Point Reach Steps View "
    "Works Hythe"
)

PROVIDERS = _words(
    "Harbourlight Kestrelgate Lanternway Fernhollow Brightmoor Saltmarsh Wayfinder Copperkey Dovetree "
    "Emberfold Foxglove Greenlatch Hearthstone Inkwell Juniperway Larkrise Millstream Northgate Oakbridge "
    "Pebblebrook Quayside Rowanlea Stepwell Tidewater Underbough Violetfield Wrenfield Yarrow Applegarth "
    "Stonecrop"
)
PROVIDER_KINDS = _words(
    "Homes Housing Support Living Keys Doorways Trust Together Places Rooms Bridges Lodgings Futures "
    "Foundations Pathways Thresholds Neighbours Latch Haven Starts"
)


def given_and_family(random: Random, taken: set[tuple[str, str]]) -> tuple[str, str]:
    """A given and a family name not yet `taken` (to which they are added)."""
    while True:
        name = (random.choice(GIVEN), random.choice(FAMILY))
        if name not in taken:
            taken.add(name)
            return name


def email(given: str, family: str, domain: str, suffix: str = "") -> str:
    """A work address at a domain that cannot exist; `suffix` keeps addresses of people with one name apart."""
    return f"{given}.{family}{suffix}@{domain}".lower()


def street_address(random: Random) -> str:
    """A street, number and postcode that exist nowhere."""
    street = f"{random.choice(STREETS)} {random.choice(STREET_KINDS)}"
    letters = "ABDEFGHJLNPQRSTUWXYZ"
    inward = f"{random.randint(1, 9)}{random.choice(letters)}{random.choice(letters)}"
    return f"{random.randint(1, 180)} {street}, {BOROUGH} TV{random.randint(1, 9)} {inward}"


def landline(random: Random) -> str:
    """A London number from the range that Ofcom keeps for drama."""
    return f"020 7946 0{random.randint(0, 999):03d}"


def mobile(random: Random) -> str:
    """A mobile number from the range that Ofcom keeps for drama."""
    return f"07700 900{random.randint(0, 999):03d}"


def scheme_name(number: int) -> str:
    """The name of the `number`th scheme of the borough; no two alike up to 1,440."""
    first = number % len(HOUSES)
    return f"{HOUSES[first]} {HOUSE_KINDS[(number // len(HOUSES) + first) % len(HOUSE_KINDS)]}"


def provider_name(number: int) -> str:
    """The name of the `number`th provider of the borough; no two alike up to 600."""
    first = number % len(PROVIDERS)
    return f"{PROVIDERS[first]} {PROVIDER_KINDS[(number // len(PROVIDERS) + first) % len(PROVIDER_KINDS)]}"


def domain_of(name: str) -> str:
    """A domain for an organisation's staff, one that cannot exist."""
    return name.lower().replace(" ", "") + ".example"
