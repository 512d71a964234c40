"""What people in the town say and write: messages, notes, reasons, reviews, searches, promises.

Each list holds short sentences that fit one cause. `{product}` and `{department}` are filled in.
"""

from __future__ import annotations

__all__ = [
    "INTERPRETATIONS",
    "NOTES",
    "PROMISES",
    "QUERIES",
    "REASONS",
    "RETURN_REASONS",
    "REVIEWS",
    "STAFF",
    "TICKETS",
    "WORDINGS",
]

STAFF: dict[str, tuple[str, ...]] = {
    "counter": ("Mara", "Joe", "Imogen"),
    "bakery": ("Piet", "Hana"),
    "delivery": ("Osman", "Bridget"),
    "service desk": ("Ines", "Callum"),
    "buying": ("Ravi", "Edith"),
}

TICKETS: dict[str, tuple[str, ...]] = {
    "late": (
        "My {product} came later than you promised. I had planned around that day.",
        "The order arrived, but not on the day we agreed.",
        "You said a day and it came after it, again without a call.",
        "I had to wait for the {product}. Please tell me beforehand next time.",
        "I waited in for the delivery and it came on another day.",
    ),
    "overdue": (
        "My order should have been here by now. Where is it?",
        "I am still waiting for the {product}. The promised day has passed.",
        "Nothing has come yet and nobody has rung me.",
        "Could you find out what happened to my {product}?",
        "The promised day came and went. When will it arrive?",
    ),
    "fault": (
        "When I opened the bag I found the {product} damaged.",
        "One item was wrong: I did not ask for {product}.",
        "I had to throw the {product} away.",
        "You charged me for {product}, but there was none in the bag.",
        "I was given somebody else's order instead of my {product}.",
    ),
    "lost": (
        "You cancelled my order because it could not be found. I would like to know why.",
        "My {product} never came and now the order is cancelled.",
    ),
    "question": (
        "Do you have the {product} in a larger size?",
        "Are there nuts in the {product}?",
        "When do you close on the day before the holiday?",
        "When will you have {product} again?",
        "Can I change the delivery day of a standing order?",
        "Do you deliver to Upper Quay on Saturdays?",
    ),
    "request": (
        "Please send me an invoice for my last order.",
        "Please note my new telephone number.",
        "Could you set aside some {product} for Friday?",
        "Please leave deliveries with the neighbour at number 12.",
        "Could you ring me about an order for a larger party?",
        "Please tell me when you have {product} again.",
    ),
}

PROMISES: dict[str, tuple[str, ...]] = {
    "late": ("Call back about the credit note", "Write with the reason for the late delivery"),
    "overdue": ("Call back with a new delivery day", "Find out where the order is and ring"),
    "fault": ("Refund the {product}", "Send the {product} again", "Call back about the credit note"),
    "lost": ("Call back about the credit note", "Refund the cancelled order"),
    "question": ("Ask the {department} and call back", "Send the list of ingredients of {product}"),
    "request": ("Send the invoice", "Set aside some {product}", "Ring about the larger order"),
    "bakery": ("Set aside some {product}", "Write down the price of a cake for twenty and ring"),
    "buying": ("Ring when the {product} can be had again", "Ask the supplier about a larger size and ring"),
    "service desk": (
        "Call back about the credit note",
        "Send the statement for the year",
        "Correct the address",
    ),
}

NOTES: dict[str, tuple[str, ...]] = {
    "counter": (
        "Asked for {product}; we had none left.",
        "Bought {product} for a neighbour who is ill.",
        "Prefers to be served in the morning before nine.",
        "Brings their own bags.",
        "Said they liked the {product} better last year.",
        "Asked where our {product} comes from.",
    ),
    "bakery": (
        "Wants no nuts in anything that is baked to order.",
        "Ordering for a birthday next week.",
        "Asked for less sugar in the {product}.",
        "Collects on the way from work, usually after five.",
    ),
    "delivery": (
        "Bell does not work; knock.",
        "Asked us to leave the box in the porch.",
        "Not at home on Tuesdays.",
        "Gate sticks, go round the side.",
        "Third floor, no lift; helped carry the {product} up.",
    ),
    "service desk": (
        "Rang about an invoice; sent it the same day.",
        "Prefers to be called after six.",
        "Hard of hearing: speak slowly on the telephone.",
        "Asked not to be called at work.",
    ),
    "buying": (
        "Looking for {product} in another size.",
        "Asked us to order {product} by the dozen.",
        "Compared our price with another shop's and stayed.",
    ),
}

INTERPRETATIONS: tuple[str, ...] = (
    "Seemed annoyed about the wait.",
    "Probably shops elsewhere as well.",
    "Seemed in a hurry today.",
    "I think money is tight at the moment.",
    "Sounded pleased with the last order.",
    "Appeared tired of our letters.",
)

REASONS: dict[str, tuple[str, ...]] = {
    "late": ("came late", "not on the promised day", "had to wait for it", ""),
    "fault": ("item was damaged", "wrong item", "one item missing", ""),
    "good": ("friendly and quick", "as always", "everything was there", "good choice", "", "", ""),
    "fair": ("fine", "a bit of a queue", "prices went up", "", "", ""),
    "poor": ("not what it used to be", "nobody had time", "too many letters", "", ""),
}

RETURN_REASONS: dict[str, tuple[str, ...]] = {
    "fault": ("damaged", "wrong item", "not as described"),
    "choice": ("changed mind", "too large", "bought twice", "did not suit"),
}

REVIEWS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "good": (
            "Good bread and people who remember what you bought last time.",
            "I come for the {product} and stay for a chat.",
            "Ordered for a birthday and everything was right.",
            "A proper shop. I send my neighbours here.",
        ),
        "fair": (
            "Fine for everyday things, a little dear.",
            "I like the {product}, but the queue on Saturday is long.",
            "The shop is good, the delivery less so.",
        ),
        "poor": (
            "Promised one day, delivered on another.",
            "I had trouble with the {product} and nobody rang back.",
            "It used to be better. I waited a week.",
        ),
    },
    "de": {
        "good": ("Sehr gutes Brot und freundliche Leute.", "Alles pünktlich, gerne wieder."),
        "fair": ("Ganz in Ordnung, aber nicht billig.",),
        "poor": ("Die Lieferung kam zu spät und niemand rief an.", "Leider nicht frisch."),
    },
    "fr": {
        "good": ("Très bon pain, accueil chaleureux.", "Gâteau parfait pour l'anniversaire."),
        "fair": ("Correct, un peu cher.",),
        "poor": ("Livraison en retard, personne ne répond.", "Déçue par la dernière commande."),
    },
    "es": {
        "good": ("Muy buen pan y trato cercano.", "La tarta llegó perfecta."),
        "fair": ("Está bien, algo caro.",),
        "poor": ("El pedido llegó tarde y nadie avisó.", "El producto no estaba fresco."),
    },
    "pt": {
        "good": ("Pão ótimo e atendimento simpático.", "O bolo estava muito bom."),
        "fair": ("Bom, mas um pouco caro.",),
        "poor": ("A entrega atrasou e ninguém avisou.", "Veio o produto errado."),
    },
    "hi": {
        "good": ("रोटी ताज़ी थी और लोग बहुत अच्छे हैं।", "केक समय पर मिला, धन्यवाद।"),
        "fair": ("ठीक है, थोड़ा महँगा है।",),
        "poor": ("सामान देर से आया।", "किसी ने फ़ोन का जवाब नहीं दिया।"),
    },
}

QUERIES: dict[str, tuple[str, ...]] = {
    "bread": ("rye bread", "gluten free", "sourdough", "rolls"),
    "pastry": ("croissant", "vegan pastry", "cinnamon", "tart"),
    "cakes to order": ("birthday cake", "cake for 20", "nut free cake", "order a cake"),
    "dairy": ("oat milk", "cheddar", "eggs", "lactose free"),
    "fruit and vegetables": ("vegetable box", "strawberries", "salad", "delivery box"),
    "pantry": ("olive oil", "rice", "honey", "lentils"),
    "drinks": ("coffee beans", "decaf tea", "cider", "juice"),
    "household": ("candles", "washing powder", "saucepan", "lantern", "dog food"),
}

WORDINGS: dict[tuple[str, str], str] = {
    ("mail", "marketing"): "Harbour Street Stores may write to me about offers.",
    ("call", "marketing"): "Harbour Street Stores may ring me about offers.",
    ("post", "marketing"): "Harbour Street Stores may send me its catalogue by post.",
    ("mail", "service"): "You may write to me about my orders.",
    ("call", "service"): "You may ring me about my orders.",
    ("tracking", "tracking"): "You may keep what I look at on the website under my name.",
}
