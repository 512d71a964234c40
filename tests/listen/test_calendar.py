"""Calendars: one row for each person and each time, of meetings that have been; what it was about stays private."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from regulars.listen import Held, open_files
from regulars.listen import calendar as meetings
from regulars.listen.calendar import Meeting, is_calendar
from regulars.listen.post import House
from regulars.listen.refused import Refused
from regulars.listen.sieve import Known

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
KNOWN = Known.of("@shop.example", "doctor@clinic.example")
VIENNA = ZoneInfo("Europe/Vienna")
HOUSE = House(KNOWN, VIENNA, NOW)
ANN = "ATTENDEE;CN=Ann Lee;PARTSTAT=ACCEPTED:mailto:ann@example.org"

# As Google Calendar exports it: CRLF, folded lines, X- properties, times in UTC.
GOOGLE = """BEGIN:VCALENDAR
PRODID:-//Google Inc//Google Calendar 70.9054//EN
VERSION:2.0
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:info@shop.example
X-WR-TIMEZONE:Europe/Vienna
BEGIN:VEVENT
DTSTART:20260304T093000Z
DTEND:20260304T101500Z
DTSTAMP:20261101T080000Z
ORGANIZER;CN=info@shop.example:mailto:info@shop.example
UID:7kukuqrfedlm2f9t0vr9i3@google.com
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=info@s
 hop.example;X-NUM-GUESTS=0:mailto:info@shop.example
ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN="L
 ee, Ann";X-NUM-GUESTS=0:mailto:Ann@Example.org
ATTENDEE;CUTYPE=RESOURCE;PARTSTAT=ACCEPTED;CN=Room 1:mailto:c_188@resource.
 calendar.google.com
X-GOOGLE-CONFERENCE:https://meet.google.com/abc
CREATED:20260301T080000Z
DESCRIPTION:About the wedding cake\\, three tiers
LAST-MODIFIED:20260302T080000Z
LOCATION:Main Street 1
SEQUENCE:0
STATUS:CONFIRMED
SUMMARY:Tasting
TRANSP:OPAQUE
BEGIN:VALARM
ACTION:DISPLAY
DESCRIPTION:This is an event reminder
TRIGGER:-P0DT0H10M0S
END:VALARM
END:VEVENT
END:VCALENDAR
""".replace("\n", "\r\n")

# As Outlook exports it: names of Windows for zones, its own VTIMEZONE, X-MICROSOFT properties.
OUTLOOK = """BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:REQUEST
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
ATTENDEE;CN="Ann Lee";RSVP=TRUE:mailto:ann@example.org
CLASS:PUBLIC
DTEND;TZID="W. Europe Standard Time":20260704T103000
DTSTART;TZID="W. Europe Standard Time":20260704T100000
ORGANIZER;CN="Shop":mailto:info@shop.example
PRIORITY:5
SUMMARY;LANGUAGE=de:Besprechung
UID:040000008200E00074C5B7101A82E00800000000
X-ALT-DESC;FMTTYPE=text/html:<html></html>
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
END:VEVENT
BEGIN:VEVENT
ATTENDEE;CN="Ann Lee";RSVP=TRUE:mailto:ann@example.org
DTSTART;TZID=Customized Time Zone:20260105T100000
DURATION:PT1H
UID:040000008200E00074C5B7101A82E00800000001
END:VEVENT
END:VCALENDAR
"""

# As Apple's calendar exports it: a series with an instance that was moved and one that was taken out.
APPLE = """BEGIN:VCALENDAR
CALSCALE:GREGORIAN
PRODID:-//Apple Inc.//macOS 15.1//EN
VERSION:2.0
X-APPLE-CALENDAR-COLOR:#FF2968
BEGIN:VEVENT
ATTENDEE;CN=Ann Lee;CUTYPE=INDIVIDUAL;EMAIL=ann@example.org;PARTSTAT=ACCEPTED:/aMTk5NzM/principal/
DTEND;TZID=Europe/Vienna:20261005T093000
DTSTAMP:20261001T080000Z
DTSTART;TZID=Europe/Vienna:20261005T090000
EXDATE;TZID=Europe/Vienna:20261019T090000
RRULE:FREQ=WEEKLY;COUNT=6
SEQUENCE:1
UID:5D9A6F0E-0000-4A1B-9B1F-1B6B0B7D2F11
X-APPLE-EWS-BUSYSTATUS:BUSY
END:VEVENT
BEGIN:VEVENT
ATTENDEE;CN=Ann Lee;CUTYPE=INDIVIDUAL;EMAIL=ann@example.org;PARTSTAT=ACCEPTED:/aMTk5NzM/principal/
DTEND;TZID=Europe/Vienna:20261013T113000
DTSTART;TZID=Europe/Vienna:20261013T110000
RECURRENCE-ID;TZID=Europe/Vienna:20261012T090000
SEQUENCE:1
UID:5D9A6F0E-0000-4A1B-9B1F-1B6B0B7D2F11
END:VEVENT
END:VCALENDAR
"""


def found_in(content: str | bytes, house: House = HOUSE) -> list[Meeting | Refused]:
    """Read a calendar."""
    raw = content if isinstance(content, bytes) else content.encode()
    (file,) = open_files(Held("shop.ics", raw))
    assert file.post
    return [one for one in file.post.read(house) if isinstance(one, Meeting | Refused)]


def met(content: str | bytes, house: House = HOUSE) -> list[tuple[str, str]]:
    """Return who was met when."""
    return [
        (one.email, one.met_at[:16])
        for one in found_in(content, house)
        if isinstance(one, Meeting) and one.judged.kind == "person"
    ]


def dropped(content: str | bytes, house: House = HOUSE) -> list[str]:
    """Return what the others are."""
    return [
        one.judged.kind for one in found_in(content, house) if isinstance(one, Meeting) and one.judged.kind != "person"
    ]


def event(*lines: str, start: str = "DTSTART:20260304T093000Z", uid: str = "1") -> str:
    """Write an event."""
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", start, *lines, "END:VEVENT"])


def calendar(*events: str, head: str = "VERSION:2.0") -> str:
    """Write a calendar."""
    return "\n".join(["BEGIN:VCALENDAR", head, *events, "END:VCALENDAR", ""])


def test_a_calendar_of_google_is_read_without_what_it_says() -> None:
    """Folded lines, names in quotation marks, rooms; title, place and text only where they were asked for."""
    one, room = found_in(GOOGLE)
    assert isinstance(one, Meeting)
    assert isinstance(room, Meeting)
    assert (one.email, one.name, one.met_at, one.minutes) == (
        "ann@example.org",
        "Lee, Ann",
        "2026-03-04T09:30:00+00:00",
        "45",
    )
    assert (one.title, one.place, one.text, room.judged.kind) == ("", "", "", "robot")
    asked = found_in(GOOGLE, House(KNOWN, VIENNA, NOW, content=True))[0]
    assert isinstance(asked, Meeting)
    assert (asked.title, asked.place, asked.text) == ("Tasting", "Main Street 1", "About the wedding cake, three tiers")
    assert asked.headed() == one


def test_a_calendar_of_outlook_is_read_by_the_zones_of_windows_and_its_own() -> None:
    """Summer by the name that Windows has, winter by the rules in the file."""
    assert met(OUTLOOK) == [("ann@example.org", "2026-07-04T08:00"), ("ann@example.org", "2026-01-05T09:00")]
    summer = OUTLOOK.replace("20260105T100000", "20260805T100000")
    assert met(summer)[1] == ("ann@example.org", "2026-08-05T08:00")


def test_a_series_of_apple_is_read_with_what_was_moved_and_taken_out() -> None:
    """Four have been by now, one of them moved, one taken out; the clocks are turned in between."""
    found = met(APPLE)
    assert sorted(when for _, when in found) == ["2026-10-05T07:00", "2026-10-13T09:00", "2026-10-26T08:00"]
    assert dropped(APPLE) == ["ahead"]
    numbers = [one.row_id for one in found_in(APPLE) if isinstance(one, Meeting) and one.row_id]
    assert len(set(numbers)) == 3
    assert any("20261012T070000Z" in number for number in numbers)


def test_what_the_library_writes_is_read() -> None:
    """An event of icalendar, with its own zone, as bytes with CRLF."""
    made, one = icalendar.Calendar(), icalendar.Event()
    one.add("uid", "lib-1")
    one.add("dtstart", datetime(2026, 8, 3, 10, tzinfo=ZoneInfo("America/New_York")))
    one.add("dtend", datetime(2026, 8, 3, 11, tzinfo=ZoneInfo("America/New_York")))
    one.add("summary", "ä" * 90)
    one.add("rrule", {"freq": "daily", "count": 3})
    attendee = icalendar.vCalAddress("MAILTO:ann@example.org")
    attendee.params["cn"] = "Ann; the elder: Lee"
    one.add("attendee", attendee)
    made.add("version", "2.0")
    made.add_component(one)
    made.add_missing_timezones()
    assert met(made.to_ical()) == [("ann@example.org", f"2026-08-0{day}T14:00") for day in (3, 4, 5)]
    first = found_in(made.to_ical())[0]
    assert isinstance(first, Meeting)
    assert (first.name, first.minutes) == ("Ann; the elder: Lee", "60")


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        (("CLASS:PRIVATE", ANN), "private"),
        (("CLASS:CONFIDENTIAL", ANN), "private"),
        (("SUMMARY:[private] dinner", ANN), "private"),
        (("ATTENDEE:mailto:doctor@clinic.example", ANN), "private"),
        (("STATUS:CANCELLED", ANN), "cancelled"),
        (("STATUS:TENTATIVE", ANN), "cancelled"),
        (("ATTENDEE:mailto:ben@shop.example",), "colleague"),
        ((), "colleague"),
        (("ATTENDEE;PARTSTAT=DECLINED:mailto:ann@example.org",), "declined"),
        (("ATTENDEE;PARTSTAT=DECLINED:mailto:ben@shop.example", ANN), "declined"),
        (("ATTENDEE;CUTYPE=ROOM:mailto:room@example.org",), "robot"),
        (("ATTENDEE:mailto:no-reply@zoom.example",), "robot"),
        (tuple(f"ATTENDEE:mailto:a{number}@example.org" for number in range(101)), "list"),
    ],
)
def test_what_is_no_meeting_with_a_person_is_counted(lines: tuple[str, ...], kind: str) -> None:
    """Private, cancelled, never confirmed, declined, of the house, a room, a program or a lecture."""
    assert (met(calendar(event(*lines))), dropped(calendar(event(*lines)))) == ([], [kind])


def test_a_calendar_that_takes_meetings_back_has_none() -> None:
    """METHOD:CANCEL says it of all of them, wherever it stands."""
    assert dropped(calendar(event(ANN), head="METHOD:CANCEL")) == ["cancelled"]


@pytest.mark.parametrize(
    ("start", "when"),
    [
        ("DTSTART:20260704T100000", "2026-07-04T08:00"),  # where the house stands
        ("DTSTART;VALUE=DATE:20260704", "2026-07-03T22:00"),
        ("DTSTART:20260704T100000Z", "2026-07-04T10:00"),
        ("DTSTART;TZID=/mozilla.org/20050126_1/Asia/Tokyo:20260704T100000", "2026-07-04T01:00"),
        ("DTSTART;TZID=Europe/Vienna:20260329T023000", "2026-03-29T01:30"),  # an hour that the clocks skip
        ("DTSTART:20260630T235960Z", "2026-06-30T23:59"),
    ],
)
def test_times_are_read_in_the_zone_in_which_they_are_meant(start: str, when: str) -> None:
    """A floating time and a whole day belong to the house."""
    assert met(calendar(event(ANN, start=start))) == [("ann@example.org", when)]


def test_what_is_still_to_come_is_counted_and_heard_when_it_has_been() -> None:
    """One that has begun counts; the same calendar says more on another day."""
    text = calendar(event(ANN, start="DTSTART:20261101T115900Z"), event(ANN, start="DTSTART:20261102T090000Z", uid="2"))
    assert (len(met(text)), dropped(text)) == (1, ["ahead"])
    later = House(KNOWN, VIENNA, NOW + timedelta(days=1))
    assert (len(met(text, later)), dropped(text, later)) == (2, [])


@pytest.mark.parametrize(
    "odd", ['ann@example."org', "ann@[,ann@example.org", "ann@", '"@x.example', "(" * 5_000 + "@x.example"]
)
def test_an_odd_address_is_nobody(odd: str) -> None:
    """Whatever stands there, the others who are named were met."""
    assert met(calendar(event(f"ATTENDEE:mailto:{odd}", ANN))) == [("ann@example.org", "2026-03-04T09:30")]


def test_an_event_that_becomes_a_series_keeps_its_number() -> None:
    """So what was heard as one meeting is not heard again as the first of many."""
    one, *_ = found_in(calendar(event(ANN)))
    first, *_ = found_in(calendar(event(ANN, "RRULE:FREQ=DAILY;COUNT=2")))
    assert one == first


@pytest.mark.parametrize(
    ("rule", "ahead"), [("FREQ=MONTHLY", 1), ("FREQ=YEARLY;COUNT=2", 1), ("FREQ=MONTHLY;COUNT=3", 0)]
)
def test_a_series_that_goes_on_is_still_to_come_too(rule: str, ahead: int) -> None:
    """Once, however often it will be; one that has ended is not."""
    assert dropped(calendar(event(ANN, f"RRULE:{rule}"))) == ["ahead"] * ahead


def test_only_the_newest_version_of_an_event_counts() -> None:
    """A higher sequence wins wherever it stands, and of equal ones the last."""
    old = event(ANN, "SEQUENCE:1")
    new = event(ANN, "SEQUENCE:2", "STATUS:CANCELLED")
    for text in (calendar(old, new), calendar(new, old)):
        assert (met(text), dropped(text)) == ([], ["cancelled"])


def test_further_days_and_days_taken_out_are_read() -> None:
    """RDATE adds, EXDATE takes out, also where it names the day alone."""
    text = calendar(
        event(
            ANN,
            "RRULE:FREQ=DAILY;UNTIL=20260306T093000Z",
            "RDATE:20260310T093000Z,20260311T093000Z",
            "RDATE;VALUE=PERIOD:20260312T093000Z/PT1H",
            "EXDATE;VALUE=DATE:20260305",
            "EXDATE:20260311T093000Z",
        )
    )
    assert [when[8:10] for _, when in met(text)] == ["04", "06", "10", "12"]


@pytest.mark.parametrize(
    ("broken", "column", "why"),
    [
        (event(ANN, start="DTSTART:tomorrow"), "DTSTART", "no time that can be meant"),
        (event(ANN, start="DTSTART:20260231T100000"), "DTSTART", "no time that can be meant"),
        (event(ANN, start="DTSTART:00010101T000000Z"), "DTSTART", "no time that can be meant"),
        (event(ANN, start="DTSTART;TZID=Atlantis/Deep:20260304T100000"), "DTSTART", "we do not know this zone"),
        (event(ANN, start="X-START:1"), "DTSTART", "does not say when it begins"),
        (event(ANN, "RRULE:FREQ=SECONDLY"), "RRULE", "repeats more often than every day"),
        (event(ANN, "RRULE:FREQ=DAILY;UNTIL=soon"), "RRULE", "ends at no time"),
        (event(ANN, "EXRULE:FREQ=DAILY"), "EXRULE", "which is not read"),
        (event(ANN, "RECURRENCE-ID;RANGE=THISANDFUTURE:20260304T093000Z"), "RECURRENCE-ID", "changes all that follow"),
        ("BEGIN:VEVENT\nUID:9\nDTSTART:20260101", "", "it has no END:VEVENT"),
    ],
)
def test_a_broken_event_is_refused_with_its_line_and_the_rest_goes_on(broken: str, column: str, why: str) -> None:
    """The line is the one on which the event begins, and the byte too."""
    text = calendar(event(ANN, uid="a"), broken, event(ANN, uid="b"))
    found = found_in(text)
    (fault,) = [one for one in found if isinstance(one, Refused)]
    assert (fault.row, fault.column, why in fault.reason, bool(fault.suggestion)) == (8, column, True, True)
    assert text.encode()[fault.offset :].startswith(b"BEGIN:VEVENT")
    assert len(met(text)) == 2


def test_bytes_that_are_no_letters_cost_one_event() -> None:
    """The others are read."""
    text = calendar(event(ANN, "SUMMARY:caf\udce9", uid="a"), event(ANN, uid="b")).encode("utf-8", "surrogateescape")
    assert [type(one) for one in found_in(text)] == [Refused, Meeting]


def test_a_calendar_is_told_by_its_beginning() -> None:
    """A byte order mark and blank lines before it do not matter, and a zip or gzip around it neither."""
    assert is_calendar(b"\xef\xbb\xbf\r\n\r\nbegin:vcalendar\r\n")
    assert not is_calendar(b"BEGIN:VCARD\r\n")
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as opened:
        opened.writestr("a/shop.ics", "\ufeff\n" + GOOGLE)
        opened.writestr("orders.csv", "order_id,customer_id,ordered_at\n1,A,2026-01-02\n")
    files = open_files(Held("all.zip", packed.getvalue()))
    assert [(file.name, file.post is not None) for file in files] == [
        ("all.zip/shop.ics", True),
        ("all.zip/orders.csv", False),
    ]


def test_a_line_without_end_costs_no_memory_and_one_event_at_most() -> None:
    """Ten million characters in a description, and in one whose lines are folded a million times."""
    for inside in ("x" * 10_000_000, "x\n " * 1_000_000):
        text = calendar(event(ANN, f"DESCRIPTION:{inside}", uid="a"), event(ANN, uid="b"))
        assert [when for _, when in met(text)] == ["2026-03-04T09:30"] * 2


def test_a_calendar_without_end_is_left_where_it_has_become_too_much(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows, events and series are bounded, and what was left is said with the line."""
    for name, most, text in (
        ("MOST_MEETINGS", 50, calendar(event(ANN, "RRULE:FREQ=DAILY", start="DTSTART:20200101T090000Z"))),
        ("MOST_EVENTS", 50, calendar(*(event(ANN, uid=str(number)) for number in range(60)))),
    ):
        with monkeypatch.context() as small:
            small.setattr(meetings, name, most)
            *some, last = found_in(text)
            assert (len(some), isinstance(last, Refused)) == (50, True)
    monkeypatch.setattr(meetings, "MOST_REPEATING", 2)
    series = calendar(*(event(ANN, "RRULE:FREQ=DAILY;COUNT=2", uid=str(number)) for number in range(4)))
    assert (len(met(series)), len([one for one in found_in(series) if isinstance(one, Refused)])) == (4, 2)


def test_the_same_calendar_written_anew_has_the_same_numbers() -> None:
    """So hearing it again changes nothing: a number and a time for each row, whatever the order and the line ends."""
    text = calendar(event(ANN, uid="a"), event(ANN, "RRULE:FREQ=DAILY;COUNT=3", uid="b"))
    other = calendar(event(ANN, "RRULE:FREQ=DAILY;COUNT=3", uid="b"), event(ANN, uid="a")).replace("\n", "\r\n")

    def numbered(content: str) -> set[tuple[str, str]]:
        return {(one.row_id, one.met_at) for one in found_in(content) if isinstance(one, Meeting)}

    assert numbered(text) == numbered(other)
    assert len(numbered(text)) == 4
    assert date(2026, 3, 4).isoformat() in min(when for _, when in numbered(text))
