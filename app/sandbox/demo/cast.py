"""Everyone in the demo. Names and addresses say that nobody is meant: their domains can belong to nobody."""

from dataclasses import dataclass, field

PASSWORD = "only-for-the-demo"  # noqa: S105  # shown on the demo's first page, and good for nothing else
TOTP_SECRET = "DEMO2DEMO3DEMO4DEMO5DEMO6DEMO7AA"  # noqa: S105

CUSTOMER = "customer@demo.example"
OWNER = "owner@demo.example"
SUPPORT = "support@demo.example"
BILLING = "billing@demo.example"

# By role: address and name.
STAFF = {
    "owner": (OWNER, "Demo owner"),
    "support": (SUPPORT, "Demo support agent"),
    "billing": (BILLING, "Demo bookkeeper"),
    "technician": ("technician@demo.example", "Demo technician"),
    "read_only": ("auditor@demo.example", "Demo auditor"),
}
TEAMMATES = {
    "billing": ("billing@customer.example", "Demo teammate (billing)"),
    "technical": ("technical@customer.example", "Demo teammate (technical)"),
    "read_only": ("reader@customer.example", "Demo teammate (read only)"),
}


@dataclass(frozen=True)
class Customer:
    company: str
    country: str
    line1: str
    postal_code: str
    city: str
    since: int  # days ago
    status: str = "active"
    why: str = ""
    notes: tuple[str, ...] = ()
    locale: str = "en"
    slug: str = field(default="", kw_only=True)

    @property
    def email(self) -> str:
        return f"hello@{self.slug}.example"


CUSTOMERS = (
    Customer(
        "Voorbeeld BV",
        "NL",
        "Voorbeeldstraat 1",
        "1012 AB",
        "Amsterdam",
        371,
        locale="nl",
        slug="voorbeeld",
        notes=("Wants one invoice a year, in January.",),
    ),
    Customer("Muster GmbH", "DE", "Musterweg 12", "10115", "Berlin", 352, slug="muster"),
    Customer(
        "Proefbedrijf BV",
        "NL",
        "Testlaan 22",
        "3511 CD",
        "Utrecht",
        340,
        locale="nl",
        slug="proefbedrijf",
        notes=("Moves in from another host; asked for help with the DNS.", "Moved without a minute of downtime."),
    ),
    Customer("Exemple SARL", "FR", "1 rue de l'Exemple", "75002", "Paris", 322, slug="exemple"),
    Customer("Sample Games Ltd", "GB", "1 Sample Street", "EC1A 1BB", "London", 305, slug="sample-games"),
    Customer(
        "Beispiel AG",
        "DE",
        "Beispielallee 5",
        "80331",
        "München",
        291,
        slug="beispiel",
        notes=("Reverse charge: sends its VAT number with every order.",),
    ),
    Customer(
        "Placeholder Studio",
        "IE",
        "2 Placeholder Quay",
        "",
        "Dublin",
        280,
        "closed",
        "asked for it by letter",
        ("Left on good terms; the owner retired.",),
        slug="placeholder",
    ),
    Customer("Voorbeeld NV", "BE", "Voorbeeldplein 3", "9000", "Gent", 266, locale="nl", slug="voorbeeld-nv"),
    Customer("Esempio Srl", "IT", "Via Esempio 8", "20121", "Milano", 251, slug="esempio"),
    Customer(
        "Ejemplo SL",
        "ES",
        "Calle Ejemplo 4",
        "28013",
        "Madrid",
        240,
        "suspended",
        "three invoices are overdue",
        ("Called twice about the open invoices, no answer.", "Promises to pay by the end of the month."),
        slug="ejemplo",
    ),
    Customer("Testwinkel", "NL", "Proefkade 7", "9711 EF", "Groningen", 222, locale="nl", slug="testwinkel"),
    Customer("Exempel AB", "SE", "Exempelgatan 6", "111 21", "Stockholm", 204, slug="exempel"),
    Customer("Eksempel ApS", "DK", "Eksempelvej 9", "1050", "København", 190, slug="eksempel"),
    Customer("Sample Corp", "CA", "10 Sample Avenue", "M5H 2N2", "Toronto", 177, slug="sample-corp"),
    Customer(
        "Muster OG",
        "AT",
        "Mustergasse 3",
        "1010",
        "Wien",
        163,
        slug="muster-og",
        notes=("Large order expected in spring: two more game servers.",),
    ),
    Customer("Example Inc.", "US", "100 Example Street", "10001", "New York", 150, slug="example-inc"),
    Customer("Esimerkki Oy", "FI", "Esimerkkikatu 2", "00100", "Helsinki", 133, slug="esimerkki"),
    Customer(
        "Musterverein e.V.",
        "DE",
        "Am Muster 1",
        "50667",
        "Köln",
        118,
        "reopened",
        "unusual traffic, see the ticket",
        ("A plugin sent spam; removed, and told how to keep it away.",),
        slug="musterverein",
    ),
    Customer("Exemplo Lda", "PT", "Rua do Exemplo 11", "1100-148", "Lisboa", 97, slug="exemplo"),
    Customer("Voorbeeldschool", "NL", "Leerweg 40", "5611 GH", "Eindhoven", 83, locale="nl", slug="voorbeeldschool"),
    Customer("Placeholder Pty Ltd", "AU", "5 Placeholder Road", "3000", "Melbourne", 66, slug="placeholder-pty"),
    Customer(
        "Przykład Sp. z o.o.",
        "PL",
        "ul. Przykładowa 7",
        "00-001",
        "Warszawa",
        48,
        "suspended",
        "the card was reported as stolen",
        ("Wait for the bank before anything is opened again.",),
        slug="przyklad",
    ),
    Customer("Exemple SA", "LU", "3 place de l'Exemple", "1136", "Luxembourg", 31, slug="exemple-sa"),
    Customer("Stichting Voorbeeld", "NL", "Proefhof 2", "2511 JK", "Den Haag", 12, locale="nl", slug="stichting"),
    Customer("Muster & Söhne", "CH", "Musterplatz 1", "8001", "Zürich", 3, "pending", slug="muster-soehne"),
)
STRANGER = Customer("Stranger Ltd", "GB", "9 Elsewhere Lane", "M1 1AE", "Manchester", 210, slug="stranger")
NEWCOMER = Customer("Newcomer BV", "NL", "Beginweg 1", "6811 LM", "Arnhem", 0, "pending", slug="newcomer")
