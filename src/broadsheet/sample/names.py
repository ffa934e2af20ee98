"""The names of the invented world. People, companies and brands are made up; regions are real places."""

from __future__ import annotations

from dataclasses import dataclass

COMPANY = "Tidewater Tackle & Boats"
ZONE = "Europe/Berlin"

FIRST_NAMES = (
    "Alma", "Anton", "Bela", "Birte", "Carla", "Clemens", "Dana", "Enno", "Eske", "Fiete", "Frieda", "Gesa", "Hanno",
    "Henrike", "Ida", "Imke", "Jorin", "Jule", "Kalle", "Karla", "Lasse", "Levke", "Malte", "Merle", "Momme", "Nele",
    "Oke", "Paula", "Pelle", "Ronja", "Silas", "Smilla", "Tamme", "Tilda", "Ulf", "Vera", "Wanda", "Wiebke", "Yorick",
    "Zoe",
)  # fmt: skip
LAST_NAMES = (
    "Anchorfield", "Barnaclesson", "Bilgewater", "Bobberly", "Boomsma-Reef", "Bowlinger", "Buoyhart", "Capstanley",
    "Castaway", "Cleatham", "Codwright", "Driftwood", "Ebbing", "Fenderman", "Floatwell", "Gaffney-Hook", "Galleyman",
    "Halyarder", "Harborlight", "Keelson", "Lanyardi", "Lurewood", "Marlinspike", "Moorington", "Netwright",
    "Oarsby", "Pikeperch", "Pontoonis", "Quayle-Dock", "Reelman", "Rudderford", "Sailmaker-Voss", "Sinkerbaum",
    "Spinnaker", "Sternwall", "Tackleby", "Tidemark", "Trawlson", "Wakefielder", "Windlasser",
)  # fmt: skip
FIRM_FIRST = (
    "Blue Heron", "Copper Cleat", "Drifting Cork", "Eel & Otter", "Foghorn", "Grey Pike", "Gull Rock", "Halfmoon Bay",
    "Kingfisher", "Lantern Quay", "Little Trout", "Lucky Bobber", "Northwind", "Old Lighthouse", "Paper Boat",
    "Quiet Cove", "Red Buoy", "Salty Oar", "Silver Perch", "Singing Reel", "Sleepy Harbor", "Stone Jetty",
    "Three Anchors", "Wandering Tern", "White Sail",
)  # fmt: skip
FIRM_LAST = {
    "Charter & rental": "Charter", "Marina": "Marina", "Sailing school": "Sailing School",
    "Dealer": "Boat Trading", "Club": "Angling Club", "Public authority": "Water Authority",
}  # fmt: skip

BUSINESS_SEGMENTS = ("Charter & rental", "Marina", "Sailing school", "Dealer", "Club", "Public authority")
CONSUMER_SEGMENTS = ("Occasional angler", "Keen angler", "Family boating", "Boat owner")

COMPETITORS = ("Harbor Hoard", "Reel Deal Depot", "Nauticorner", "Bluefin Bazaar", "Dockside Discount")

QUEUES = ("Boats & engines", "Web shop help", "Orders & delivery", "Claims & repairs")

STORE_NAMES = (
    "Tidewater Kiel", "Tidewater Hamburg", "Tidewater Rostock", "Tidewater Potsdam", "Tidewater Cologne",
    "Tidewater Konstanz", "Tidewater Prien", "Tidewater Plau", "Tidewater Bremen",
)  # fmt: skip
STORE_CITIES = ("Kiel", "Hamburg", "Rostock", "Potsdam", "Cologne", "Konstanz", "Prien", "Plau", "Bremen")

WAREHOUSES = ("Hamburg", "Ulm")
PLANTS = ("Kiel yard", "Plau works")

SALES_TEAMS = ("North", "South", "West", "East", "International")
TEAMS = (
    *((name, "Sales") for name in SALES_TEAMS),
    ("Shops", "Retail"), ("Online", "Retail"),
    ("Service desk", "Service"), ("Workshop", "Service"), ("Claims", "Service"),
    ("Marketing", "Marketing"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class City:
    """A place with its sales district, region, country, sales team and share of customers."""

    name: str
    district: str
    region: str
    country: str
    team: str
    weight: float


CITIES = (
    City("Kiel", "Fjord coast", "Schleswig-Holstein", "DE", "North", 6),
    City("Flensburg", "Fjord coast", "Schleswig-Holstein", "DE", "North", 3),
    City("Hamburg", "Elbe", "Hamburg", "DE", "North", 8),
    City("Bremen", "Weser", "Bremen", "DE", "North", 5),
    City("Cuxhaven", "Weser", "Lower Saxony", "DE", "North", 2),
    City("Rostock", "Baltic", "Mecklenburg-Vorpommern", "DE", "East", 6),
    City("Plau", "Lakeland", "Mecklenburg-Vorpommern", "DE", "East", 4),
    City("Waren", "Lakeland", "Mecklenburg-Vorpommern", "DE", "East", 4),
    City("Potsdam", "Havel", "Brandenburg", "DE", "East", 5),
    City("Berlin", "Havel", "Berlin", "DE", "East", 7),
    City("Cologne", "Lower Rhine", "North Rhine-Westphalia", "DE", "West", 8),
    City("Duisburg", "Lower Rhine", "North Rhine-Westphalia", "DE", "West", 5),
    City("Koblenz", "Moselle", "Rhineland-Palatinate", "DE", "West", 4),
    City("Frankfurt", "Main", "Hesse", "DE", "West", 6),
    City("Konstanz", "Lake Constance", "Baden-Württemberg", "DE", "South", 7),
    City("Friedrichshafen", "Lake Constance", "Baden-Württemberg", "DE", "South", 4),
    City("Prien", "Alpine lakes", "Bavaria", "DE", "South", 5),
    City("Starnberg", "Alpine lakes", "Bavaria", "DE", "South", 6),
    City("Passau", "Danube", "Bavaria", "DE", "South", 3),
    City("Bregenz", "Abroad south", "Vorarlberg", "AT", "International", 3),
    City("Luzern", "Abroad south", "Luzern", "CH", "International", 2.2),
    City("Lelystad", "Abroad west", "Flevoland", "NL", "International", 3),
    City("Lymington", "Abroad west", "Hampshire", "GB", "International", 1.6),
    City("Svendborg", "Abroad north", "Syddanmark", "DK", "International", 1.2),
    City("Strömstad", "Abroad north", "Västra Götaland", "SE", "International", 1.4),
)
MARKETS = {
    "DE": "Home",
    "AT": "Alps",
    "CH": "Alps",
    "NL": "North Sea",
    "GB": "North Sea",
    "DK": "Nordics",
    "SE": "Nordics",
}
COUNTRIES = tuple(MARKETS)
CURRENCY_OF = {"DE": "EUR", "AT": "EUR", "NL": "EUR", "CH": "CHF", "GB": "GBP", "DK": "DKK", "SE": "SEK"}
# EUR for one unit, around which the daily rates move.
CURRENCIES = {"EUR": 1.0, "CHF": 1.04, "GBP": 1.17, "DKK": 0.134, "SEK": 0.088}


@dataclass(frozen=True, slots=True)
class Category:
    """A product category: its portfolio, models, price range in EUR, unit cost share and typical quantity."""

    name: str
    portfolio: str
    models: tuple[str, ...]
    prices: tuple[float, float]
    cost_share: float
    extra_units: float


SIZES = ("S", "M", "L")
CATEGORIES = (
    Category(
        "Rods & reels",
        "Fishing",
        ("Heron Rod", "Otter Rod", "Perch Reel", "Pike Reel", "Tern Combo"),
        (45, 260),
        0.58,
        0.15,
    ),
    Category(
        "Lures & tackle",
        "Fishing",
        ("Minnow Set", "Spoon Box", "Hook Pack", "Braided Line", "Tackle Crate"),
        (6, 48),
        0.46,
        1.2,
    ),
    Category(
        "Electronics",
        "Fishing",
        ("Echo Finder", "Depth Pilot", "Plotter Nova", "Bay Radio"),
        (120, 900),
        0.64,
        0.05,
    ),
    Category(
        "Clothing & safety",
        "Gear",
        ("Squall Jacket", "Tide Vest", "Deck Boot", "Harbor Cap"),
        (18, 190),
        0.5,
        0.3,
    ),
    Category(
        "Care & parts",
        "Gear",
        ("Hull Polish", "Anchor Kit", "Fender Pair", "Bilge Pump"),
        (12, 140),
        0.52,
        0.5,
    ),
    Category(
        "Small boats",
        "Boats",
        ("Kayak Dabble", "Canoe Meander", "Dinghy Puffin", "Inflatable Bubble"),
        (350, 2400),
        0.68,
        0.02,
    ),
    Category(
        "Motor boats", "Boats", ("Cruiser Lagoon", "Angler Open", "Day Boat Gull"), (9500, 42000), 0.76, 0.0
    ),
    Category(
        "Engines & trailers",
        "Boats",
        ("Outboard Purr", "Electric Hush", "Trailer Mule"),
        (900, 7800),
        0.72,
        0.02,
    ),
)
BRANDS = ("Brinewell", "Cork & Keel", "Driftline", "Osprey Bay")
# Models of the shops' best sellers, in their middle size.
DEFECT_CANDIDATES = ("Perch Reel M", "Otter Rod M", "Squall Jacket M", "Tide Vest M")

LOSS_REASONS = ("price", "competitor", "no budget", "timing", "product fit", "no response")
