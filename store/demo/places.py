"""Where the demo shop's customers live: invented towns and streets, and its stores."""

from __future__ import annotations

STORES: tuple[tuple[str, str, int, int], ...] = (
    ("MK", "Market Square", 30, 4),
    ("HB", "Harbor", 22, 3),
    ("UN", "University", 18, 2),
    ("ST", "Station", 14, 2),
    ("OM", "Old Mill", 10, 1),
    ("AP", "Airport", 6, 1),
)
"""Code, name, share of the sales in a hundred, and number of tills."""

STREETS: tuple[str, ...] = tuple(
    f"{name} {kind}"
    for name in (
        "Alder", "Birch", "Candlemaker", "Cooper", "Copper Beech", "Dove", "Fairweather", "Foundry", "Granary",
        "Heron", "Juniper", "Kestrel", "Lantern", "Larkspur", "Lighthouse", "Linden", "Long Acre", "Meadowlark",
        "Millrace", "Orchard", "Old Ferry", "Pepperwood", "Quarry", "Ropewalk", "Saddler", "Sorrel", "Thistle",
        "Tollgate", "Weaver", "Willow Bend",
    )
    for kind in ("Street", "Avenue", "Lane", "Road", "Court")
)  # fmt: skip

TOWNS: tuple[tuple[str, str, str], ...] = (
    ("Port Marlow", "ME", "041"), ("Fennhaven", "ME", "046"), ("Alder Falls", "VT", "056"),
    ("Wexcombe", "MA", "017"), ("Saltmarsh", "MA", "026"), ("Quillbridge", "CT", "064"),
    ("Harrowgate", "NJ", "079"), ("Brightwater", "NY", "125"), ("Otter Creek", "NY", "138"),
    ("Millhaven", "PA", "178"), ("Copperton", "PA", "155"), ("Lindale Park", "MD", "217"),
    ("Fairlea", "VA", "229"), ("Three Herons", "NC", "279"), ("Palmetto Bend", "SC", "294"),
    ("Cypress Hollow", "GA", "315"), ("Kestrel Key", "FL", "339"), ("Sandhill", "FL", "328"),
    ("Birchford", "OH", "448"), ("Greystone", "MI", "496"), ("Lark Prairie", "IL", "619"),
    ("Wheatley", "IA", "509"), ("Pine Narrows", "MN", "565"), ("Elkhorn Ridge", "MT", "597"),
    ("Redbank", "CO", "814"), ("Mesa Blanca", "NM", "877"), ("Juniper Wells", "AZ", "863"),
    ("Salt Fork", "UT", "847"), ("Foghorn Bay", "CA", "954"), ("Almond Grove", "CA", "953"),
    ("Cedar Landing", "OR", "974"), ("Orca Point", "WA", "982"), ("Glacier Cove", "AK", "998"),
    ("Hale Nani", "HI", "967"), ("Bluestem", "KS", "674"), ("Bayou Claire", "LA", "705"),
)  # fmt: skip
"""Town, state, and the first three digits of its zip."""

ABROAD: tuple[tuple[str, str, str, str], ...] = (
    ("Maple Harbour", "ON", "K7H 1{:01d}2", "CA"), ("Val-Saint-Rémi", "QC", "J0X 2{:01d}4", "CA"),
    ("San Isidro del Río", "JAL", "45{:03d}", "MX"), ("Upper Wexley", "Kent", "TN9{:01d} 4QF", "GB"),
    ("Mühlenbrück", "Bayern", "87{:03d}", "DE"), ("Pont-l'Étang", "Bretagne", "56{:03d}", "FR"),
    ("Źródłowo", "Mazowieckie", "05-{:03d}", "PL"), ("Gümüşköy", "İzmir", "35{:03d}", "TR"),
    ("Hải Vân", "Đà Nẵng", "55{:04d}", "VN"), ("桜が丘", "東京都", "206-0{:03d}", "JP"),
    ("Fjordnes", "Vestland", "5{:03d}", "NO"), ("Vila das Flores", "Minho", "4970-{:03d}", "PT"),
)  # fmt: skip
"""Town, region, a pattern of its postal code, and the country."""

ANNEXES: tuple[str, ...] = ("Apt {}", "Apt {}B", "Suite {}", "Unit {}", "Floor {}", "#{}")

NOTES: tuple[str, ...] = (
    "Prefers to be called before a delivery.", "Allergic to peanuts.", "Lactose intolerant: oat milk, always.",
    "Collects on Saturdays.", "Always asks for paper bags.", "Staff of the clinic next door; invoice monthly.",
    "Hard of hearing; speak slowly and face to face.", "Wears size 43 shoes, wide fitting.",
    "Two large dogs at the gate.\nRing, then wait by the fence.", "Brings her own cup.",
    "Owes us nothing; the dispute of last spring is settled.", "Wants the catalogue by post, not by e-mail.",
    "Birthday cake each year: carrot, no nuts.", "Buys for the school kitchen; tax-exempt form on file.",
    "Deliveries to the back door only.", "Speaks Spanish and some English.", "Vegan.",
    "Ask about the alterations on the grey coat.\nPins at the left cuff; promised for Friday.",
    "Gift wrapping, no prices on the slip.", "Card often declines at first; try again.",
    "Moved here in spring; tell about the neighbourhood day.", "Coeliac: keep flour away from the order.",
    "Retired teacher, tells wonderful stories. Allow time.", "Likes to hear about new single-origin beans.",
)  # fmt: skip
