"""Mailboxes: an e-mail address taken apart, who may stand behind it, and addresses that nobody reads.

The address is kept whole in small letters, also where a slip of the pen spoilt its form, since it is still close to
the right one; but then it has neither mailbox nor domain. The mailbox is its first part without a `+tag`, for Gmail
also without dots, since those reach the same person; googlemail.com is gmail.com. A role mailbox such as `info` belongs
to an organisation, never to a person; a free domain such as gmail.com belongs to no organisation.
"""

from __future__ import annotations

from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from .spelling import listed

__all__ = ["FREE", "NOBODY", "ROLES", "clean_emails", "is_free", "is_role", "role_mailboxes"]

NOBODY: Final = listed(
    "na n-a n.a none no noemail no-email nomail no-mail nobody noone null nil nan unknown unbekannt test tester"
    " testing test1 test123 testuser fake dummy example sample anonymous anon abc abc123 asd asdf asdasd qwerty qwe"
    " xxx xx aaa aa zzz yyy xyz foo foobar noname notgiven notprovided not-provided notavailable none-given"
    " noaddress donotemail donotmail someone somebody 0 00 000 1 123 1234 12345 123456 - . _"
)
ROLES: Final = listed(
    "info infos information office sales contact contactus contact-us admin administrator administration hello hi"
    " hey mail email team support service services customerservice customer-service customercare customer.service"
    " care help helpdesk help-desk accounts account accounting accountspayable accounts.payable payable ap finance"
    " billing invoice invoices order orders ordering purchase purchasing procurement shop store webshop eshop"
    " reception enquiries enquiry inquiries inquiry booking bookings reservation reservations events marketing press"
    " media pr hr jobs job careers career recruitment recruiting personnel legal privacy gdpr dpo security abuse"
    " postmaster hostmaster webmaster root noc it ict tech technical web website newsletter news subscribe"
    " unsubscribe list noreply no-reply no_reply do-not-reply donotreply mailer-daemon returns return refunds"
    " delivery deliveries shipping dispatch warehouse logistics front frontdesk front-desk desk secretary"
    " secretariat general management manager director directors ceo cfo owner staff everyone all group company"
    " feedback complaints quality research studio kitchen bar restaurant hotel school clinic practice surgery"
    " pharmacy library parish church club kontakt buero buro sekretariat verwaltung vertrieb verkauf einkauf"
    " bestellung bestellungen rechnung rechnungen buchhaltung kundenservice kundendienst anfrage anfragen empfang"
    " zentrale personal bewerbung presse praxis post poststelle laden werkstatt hallo contacto contactos ventas"
    " venta compras pedidos facturacion facturas administracion atencion atencionalcliente clientes oficina soporte"
    " ayuda hola recepcion reservas tienda contatto contatti vendite acquisti ordini fatture fatturazione"
    " amministrazione ufficio segreteria assistenza clienti negozio prenotazioni ciao bonjour commercial"
    " comptabilite commande commandes facture factures achats ventes accueil secretariat-general boutique direction"
    " gestion clientele verkoop inkoop bestelling bestellingen factuur facturen administratie klantenservice winkel"
    " receptie contato vendas comercial financeiro atendimento suporte biuro sklep zamowienia faktury sprzedaz"
    " ksiegowosc obsluga poczta kundtjanst kundeservice ordre faktura salg forsaljning myynti asiakaspalvelu"
    " toimisto"
)
FREE: Final = listed(
    "gmail.com googlemail.com outlook.com outlook.fr outlook.de outlook.es hotmail.com hotmail.co.uk hotmail.fr"
    " hotmail.de hotmail.it hotmail.es live.com live.co.uk live.fr live.de live.nl live.it live.com.au msn.com"
    " windowslive.com passport.com ymail.com rocketmail.com icloud.com me.com mac.com aol.com aol.co.uk aol.de"
    " aim.com proton.me protonmail.com protonmail.ch pm.me tutanota.com tutanota.de tuta.io tuta.com fastmail.com"
    " fastmail.fm hushmail.com zoho.com zohomail.com mail.com email.com usa.com inbox.com gmx.com gmx.net gmx.de"
    " gmx.at gmx.ch gmx.co.uk gmx.fr web.de t-online.de freenet.de arcor.de online.de mailbox.org posteo.de"
    " posteo.net vodafone.de orange.fr wanadoo.fr free.fr laposte.net sfr.fr neuf.fr bbox.fr numericable.fr"
    " aliceadsl.fr libero.it virgilio.it alice.it tin.it tiscali.it tim.it fastwebnet.it inwind.it iol.it email.it"
    " btinternet.com btopenworld.com virginmedia.com virgin.net sky.com talktalk.net talk21.com ntlworld.com"
    " blueyonder.co.uk tiscali.co.uk plusnet.com o2.co.uk ziggo.nl kpnmail.nl kpnplanet.nl planet.nl xs4all.nl"
    " hetnet.nl home.nl upcmail.nl telenet.be skynet.be proximus.be bluewin.ch hispeed.ch sunrise.ch aon.at"
    " chello.at chello.nl telefonica.net terra.es ono.com sapo.pt iol.pt clix.pt mail.pt uol.com.br bol.com.br"
    " terra.com.br ig.com.br globo.com globomail.com wp.pl o2.pl onet.pl onet.eu op.pl interia.pl interia.eu"
    " gazeta.pl poczta.onet.pl tlen.pl seznam.cz centrum.cz email.cz azet.sk zoznam.sk freemail.hu citromail.hu"
    " abv.bg mail.bg mail.ru bk.ru inbox.ru list.ru internet.ru yandex.ru yandex.com ya.ru rambler.ru ukr.net i.ua"
    " meta.ua telia.com telia.se spray.se bredband.net comhem.se online.no jubii.dk mail.dk stofanet.dk tdcadsl.dk"
    " luukku.com suomi24.fi eircom.net in.gr otenet.gr walla.com walla.co.il rediffmail.com indiatimes.com sify.com"
    " qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn 21cn.com aliyun.com"
    " naver.com daum.net hanmail.net nate.com docomo.ne.jp ezweb.ne.jp softbank.ne.jp au.com nifty.com excite.co.jp"
    " comcast.net verizon.net att.net sbcglobal.net bellsouth.net cox.net charter.net earthlink.net optonline.net"
    " juno.com netzero.net roadrunner.com rr.com frontier.com centurylink.net windstream.net rogers.com shaw.ca"
    " sympatico.ca bell.net telus.net videotron.ca bigpond.com bigpond.net.au optusnet.com.au iinet.net.au"
    " tpg.com.au xtra.co.nz slingshot.co.nz mweb.co.za vodamail.co.za webmail.co.za telkomsa.net"
)
FREE_FAMILIES: Final = ("yahoo.", "hotmail.", "live.", "outlook.", "gmx.", "yandex.", "aol.", "ymail.")
ADDRESS: Final = r"^[^@\s\x00-\x1f,;<>\"()]+@[^@\s\x00-\x1f,;<>\"()]+\.[^@\s\x00-\x1f,;<>\".()]{2,}$"
SLIP: Final = r"^[a-z0-9][a-z0-9._@+-]{5,}[.@][a-z0-9.@]{2,}$"  # ann.leeexample.org, ann@lee@example.org
WITHIN: Final = r"^.*<\s*(?:mailto:)?([^<>\s]+@[^<>\s]+)\s*>.*$"  # Ann Lee <ann@example.org>
SEVERAL: Final = r"^([^;,\s]+@[^;,\s]+)\s*[;,].*$"  # the first of several counts
NOWHERE: Final = (
    r"^(?:(?:na|n-a|none|no|noemail|nomail|no-email|nowhere|test|testing|fake|invalid|unknown|null|nobody|donotemail"
    r"|notprovided|asdf|xxx)\.[a-z.]+|.*\.(?:invalid|test|localhost))$"
)
NO_ADDRESS: Final = "not an e-mail address"
NOBODY_READS: Final = "a mailbox that means nobody"
NOWHERE_LEADS: Final = "a domain that means nothing"
GMAIL: Final = ("gmail.com", "googlemail.com")


def is_role(mailbox: str) -> bool:
    """Tell whether a mailbox belongs to an organisation or to nobody, rather than to a person.

    >>> is_role("info"), is_role("Bestellung"), is_role("sales-uk"), is_role("ann.lee")
    (True, True, True, False)
    """
    low = mailbox.strip().lower().partition("+")[0]
    return low in ROLES or low in NOBODY or low.replace("_", "-").replace(".", "-").split("-")[0] in COMPOUND_ROLES


COMPOUND_ROLES: Final = listed(
    "info sales support service office accounts orders booking bookings contact kontakt noreply billing enquiries"
    " reception ventas vertrieb helpdesk customerservice invoices"
)


def is_free(domain: str) -> bool:
    """Tell whether a domain hands mailboxes to anybody, so that it names no organisation.

    >>> is_free("gmail.com"), is_free("yahoo.co.jp"), is_free("brown-garage.co.uk")
    (True, True, False)
    """
    low = domain.strip().lower()
    return low in FREE or low.startswith(FREE_FAMILIES)


def role_mailboxes() -> pa.Table:
    """Return every role mailbox and every mailbox that means nobody: column `mailbox`, sorted, for a definition."""
    return pa.table({"mailbox": sorted(ROLES | NOBODY)})


def clean_emails(values: pa.Array) -> dict[str, pa.Array]:
    """Take a column of addresses apart: `email`, `mailbox`, `domain`, and why a value became null, `reason`.

    >>> parts = clean_emails(pa.array(["Ann.Lee+shop@GoogleMail.com", "na@na.com", "Bo <bo@x.org>"]))
    >>> parts["email"].to_pylist(), parts["mailbox"].to_pylist()
    (['ann.lee+shop@googlemail.com', None, 'bo@x.org'], ['annlee', None, 'bo'])
    >>> parts["domain"].to_pylist(), parts["reason"].to_pylist()
    (['gmail.com', None, 'x.org'], [None, 'a mailbox that means nobody', None])
    """
    low = pc.utf8_trim_whitespace(pc.utf8_lower(values))
    blank = pc.equal(pc.fill_null(low, ""), "")
    framed = pc.fill_null(pc.match_substring_regex(low, r"[<>]|^mailto:"), False)
    if pc.any(framed, min_count=0).as_py():
        bare = pc.replace_substring_regex(pc.replace_substring_regex(low, WITHIN, r"\1"), "^mailto:", "")
        low = pc.if_else(framed, bare, low)
    low = pc.utf8_rtrim(pc.replace_substring_regex(low, SEVERAL, r"\1"), characters=".,;")
    right = pc.match_substring_regex(low, ADDRESS)
    email = pc.if_else(pc.or_(right, pc.match_substring_regex(low, SLIP)), low, None)
    halves = pc.extract_regex(pc.if_else(right, low, None), r"^(?P<mailbox>[^@]+)@(?P<domain>.+)$")
    domain = pc.struct_field(halves, "domain")
    mailbox = pc.struct_field(halves, "mailbox")
    mailbox = pc.replace_substring_regex(mailbox, r"^([^+]+)\+.*$", r"\1")
    gmail = pc.fill_null(pc.is_in(domain, pa.array(GMAIL)), False)
    mailbox = pc.if_else(gmail, pc.replace_substring(mailbox, ".", ""), mailbox)
    domain = pc.if_else(gmail, "gmail.com", domain)
    nobody = pc.is_in(mailbox, pa.array(sorted(NOBODY)))
    nowhere = pc.fill_null(pc.match_substring_regex(domain, NOWHERE), False)
    # The same few letters on both sides, such as ab@ab.com.
    twice = pc.and_(
        pc.fill_null(pc.less_equal(pc.binary_length(mailbox), 3), False),
        pc.fill_null(pc.equal(mailbox, pc.replace_substring_regex(domain, r"\..*$", "")), False),
    )
    reason = pc.case_when(
        pc.make_struct(pc.is_null(email), nobody, pc.or_(nowhere, twice)),
        pa.scalar(NO_ADDRESS),
        pa.scalar(NOBODY_READS),
        pa.scalar(NOWHERE_LEADS),
        pa.scalar(None, pa.string()),
    )
    reason = pc.if_else(blank, None, reason)
    good = pc.and_not(pc.is_null(reason), blank)
    return {
        "email": pc.if_else(good, email, None),
        "mailbox": pc.if_else(good, mailbox, None),
        "domain": pc.if_else(good, domain, None),
        "reason": reason,
    }
