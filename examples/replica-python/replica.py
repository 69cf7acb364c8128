#!/usr/bin/env python3
"""A whole Quartet replica in one file: JSON lines in on standard input, JSON lines out on standard output.

The rules are docs/booking-rules.md, the lines docs/replica-contract.md. Standard library only, Python 3.9 or later. It
reads no clock, no locale and no random source: its answers follow from the lines it has read and QUARTET_THEATRES.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
import unicodedata
from datetime import date
from typing import Any, Callable, Collection, Iterator, NamedTuple, Optional

THEATRES = frozenset(os.environ.get("QUARTET_THEATRES", "ATW,VER,OUT").split(","))
SLOTS = "MAE"
COUNT_MAX = 1_000_000
NAME_CHARS_MAX = 120
DAYS_AHEAD_MAX = 7
SHOWS_AWAY_PER_WEEK_MAX = 3
# The blanks of the schema's MovieName, which are those of ECMAScript: str.strip() without them takes another set.
BLANKS = "\t\n\v\f\r \xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000\ufeff"
READ_BYTES_MAX = 65_536

Answer = dict[str, Any]


class Show(NamedTuple):
    """One movie in one slot of one theatre. Shows sort as lists do; Python compares strings by code point."""

    day: date
    slot: int
    theatre: str
    name: str

    @property
    def movie_id(self) -> str:
        return f"{self.theatre}{SLOTS[self.slot]}{self.day.day:02}{self.day.month:02}{self.day.year % 100:02}"

    @property
    def week(self) -> tuple[int, int]:
        """The ISO 8601 year and week."""
        return self.day.isocalendar()[:2]


class Refused(Exception):
    """A rule said no; the only argument is the reason."""


def require(holds: bool, reason: str) -> None:
    if not holds:
        raise Refused(reason)


class Cinema:
    """All shows and bookings. An operation checks everything before it changes anything; `today` is the business date,
    and arguments are well-formed."""

    def __init__(self) -> None:
        self.capacity: dict[Show, int] = {}
        self.sold: dict[Show, int] = {}
        # Tickets by customer and show; a booking of 0 is absent.
        self.held: dict[str, dict[Show, int]] = {}

    def add_movie_slots(self, today: date, admin: str, show: Show, capacity: int) -> Answer:
        require(administers(admin, show), "NOT_PERMITTED")
        require(show.day >= today, "DATE_IN_PAST")
        require((show.day - today).days <= DAYS_AHEAD_MAX, "DATE_TOO_FAR")
        sold = self.sold.get(show, 0)
        require(capacity >= sold, "CAPACITY_BELOW_SOLD")
        created = show not in self.capacity
        self.capacity[show], self.sold[show] = capacity, sold
        return {"created": created, "capacity": capacity, "available": capacity - sold}

    def remove_movie_slots(self, today: date, admin: str, show: Show) -> Answer:
        require(administers(admin, show), "NOT_PERMITTED")
        require(show in self.capacity, "NO_SUCH_SHOW")
        require(show.day >= today, "DATE_IN_PAST")
        later = sorted(s for s in self.capacity if s > show and s[2:] == show[2:])
        moved, dropped = [], []
        for customer in sorted(c for c, shows in self.held.items() if show in shows):
            tickets = self.held[customer][show]
            self.change(customer, show, -tickets)
            target = next((s for s in later if self.available(s) >= tickets), None)
            if target is None:
                dropped.append({"customerID": customer, "numberOfTickets": tickets})
            else:
                self.change(customer, target, tickets)
                moved.append({"customerID": customer, "movieID": target.movie_id, "numberOfTickets": tickets})
        del self.capacity[show], self.sold[show]
        return {"moved": moved, "dropped": dropped}

    def list_movie_shows_availability(self, today: date, name: str) -> Answer:
        shows = sorted(s for s in self.capacity if s.name == name and s.day >= today)
        rows = [(show.movie_id, name, self.capacity[show], self.available(show)) for show in shows]
        return {"shows": [dict(zip(("movieID", "movieName", "capacity", "available"), row)) for row in rows]}

    def book_movie_tickets(self, today: date, customer: str, show: Show, tickets: int) -> Answer:
        self.require_bookable(today, customer, show, tickets, self.held.get(customer, {}))
        self.change(customer, show, tickets)
        return {"held": self.tickets(customer, show), "available": self.available(show)}

    def get_booking_schedule(self, _today: date, customer: str) -> Answer:
        held = sorted(self.held.get(customer, {}).items())
        rows = [{"movieID": s.movie_id, "movieName": s.name, "numberOfTickets": count} for s, count in held]
        return {"bookings": rows}

    def cancel_movie_tickets(self, _today: date, customer: str, show: Show, tickets: int) -> Answer:
        self.require_held(customer, show, tickets)
        self.change(customer, show, -tickets)
        return {"held": self.tickets(customer, show), "available": self.available(show)}

    def exchange_tickets(self, today: date, customer: str, old: Show, new: Show, tickets: int) -> Answer:
        self.require_held(customer, old, tickets)
        if new != old:
            kept = [s for s, count in self.held[customer].items() if s != old or count > tickets]
            self.require_bookable(today, customer, new, tickets, kept)
            self.change(customer, old, -tickets)
            self.change(customer, new, tickets)
        return {
            "heldOld": self.tickets(customer, old),
            "heldNew": self.tickets(customer, new),
            "availableOld": self.available(old),
            "availableNew": self.available(new),
        }

    def require_held(self, customer: str, show: Show, tickets: int) -> None:
        require(show in self.capacity, "NO_SUCH_SHOW")
        held = self.tickets(customer, show)
        require(held > 0, "NOT_BOOKED")
        require(held >= tickets, "NOT_ENOUGH_HELD")

    def require_bookable(self, today: date, customer: str, show: Show, tickets: int, held: Collection[Show]) -> None:
        """`held` are the customer's shows that count, for which the show itself may be one."""
        home = customer[:3]
        require(show in self.capacity, "NO_SUCH_SHOW")
        require(show.day >= today, "DATE_IN_PAST")
        elsewhere = any(s != show and s.name == show.name and s[:2] == show[:2] for s in held)
        require(not elsewhere, "SAME_SHOW_ELSEWHERE")
        if show.theatre != home and show not in held:
            away = [s for s in held if s.theatre != home and s.week == show.week]
            require(len(away) < SHOWS_AWAY_PER_WEEK_MAX, "WEEKLY_LIMIT")
        require(self.available(show) >= tickets, "SHOW_FULL")

    def tickets(self, customer: str, show: Show) -> int:
        return self.held.get(customer, {}).get(show, 0)

    def available(self, show: Show) -> int:
        return self.capacity[show] - self.sold[show]

    def change(self, customer: str, show: Show, tickets: int) -> None:
        """Gives tickets to the customer, or takes them back when negative."""
        self.sold[show] += tickets
        shows = self.held.setdefault(customer, {})
        shows[show] = shows.get(show, 0) + tickets
        if shows[show] == 0:
            del shows[show]

    def export_state(self) -> list[Any]:
        """The canonical state."""
        bookings = sorted((s, customer, count) for customer, held in self.held.items() for s, count in held.items())
        return [
            [[show.movie_id, show.name, capacity] for show, capacity in sorted(self.capacity.items())],
            [[customer, show.movie_id, show.name, count] for show, customer, count in bookings],
        ]


def administers(admin: str, show: Show) -> bool:
    return admin[:4] == f"{show.theatre}A"


def imported(state: Any) -> Cinema:
    """A cinema in an exported state."""
    cinema = Cinema()
    shows, bookings = state
    for movie_id, name, capacity in shows:
        show = to_show(movie_id, name)
        cinema.capacity[show], cinema.sold[show] = to_count(capacity), 0
    for customer, movie_id, name, count in bookings:
        cinema.change(to_customer(customer), to_show(movie_id, name), to_count(count))
    return cinema


# What is malformed raises one of these, in the functions below and wherever a field is missing.
MALFORMED = (AttributeError, KeyError, TypeError, ValueError)


def to_count(value: Any) -> int:
    """A number of tickets or seats. All numbers of a line were read as floats, see `from_json`."""
    if not isinstance(value, float) or not value.is_integer() or not 1 <= value <= COUNT_MAX:
        raise ValueError("not a count")
    return int(value)


def to_person(value: Any, roles: str) -> str:
    if not re.fullmatch(f"[A-Z]{{3}}[{roles}][0-9]{{4}}", value) or value[:3] not in THEATRES:
        raise ValueError("not a person of a theatre")
    return value


def to_customer(value: Any) -> str:
    return to_person(value, "C")


def to_admin(value: Any) -> str:
    """A customer's id is well-formed here: the operation refuses it."""
    return to_person(value, "AC")


def to_name(value: Any) -> str:
    value.encode()  # raises for a lone surrogate, which is no character
    is_trimmed = value == value.strip(BLANKS)
    if not 1 <= len(value) <= NAME_CHARS_MAX or not is_trimmed or not unicodedata.is_normalized("NFC", value):
        raise ValueError("not a movie name")
    return value


def to_show(movie_id: Any, name: Any) -> Show:
    parts = re.fullmatch("([A-Z]{3})([MAE])([0-9]{2})([0-9]{2})([0-9]{2})", movie_id)
    if parts is None or parts[1] not in THEATRES:
        raise ValueError("not a show of a theatre")
    day = date(2000 + int(parts[5]), int(parts[4]), int(parts[3]))
    return Show(day, SLOTS.index(parts[2]), parts[1], to_name(name))


def to_date(value: Any) -> date:
    if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        raise ValueError("not a date")
    return date.fromisoformat(value)


# What reads each argument of an operation, and the names under which it stands in a request.
ADMIN = (to_admin, "adminID")
CUSTOMER = (to_customer, "customerID")
NAME = (to_name, "movieName")
SHOW = (to_show, "movieID", "movieName")
NEW_SHOW = (to_show, "newMovieID", "newMovieName")
CAPACITY = (to_count, "bookingCapacity")
TICKETS = (to_count, "numberOfTickets")

OPERATIONS: dict[str, tuple[Callable[..., Answer], list[tuple[Any, ...]]]] = {
    "addMovieSlots": (Cinema.add_movie_slots, [ADMIN, SHOW, CAPACITY]),
    "removeMovieSlots": (Cinema.remove_movie_slots, [ADMIN, SHOW]),
    "listMovieShowsAvailability": (Cinema.list_movie_shows_availability, [NAME]),
    "bookMovieTickets": (Cinema.book_movie_tickets, [CUSTOMER, SHOW, TICKETS]),
    "getBookingSchedule": (Cinema.get_booking_schedule, [CUSTOMER]),
    "cancelMovieTickets": (Cinema.cancel_movie_tickets, [CUSTOMER, SHOW, TICKETS]),
    "exchangeTickets": (Cinema.exchange_tickets, [CUSTOMER, SHOW, NEW_SHOW, TICKETS]),
}


def execute(cinema: Cinema, request: dict[str, Any]) -> Answer:
    """The answer to one request, however malformed. Arguments that the operation does not have are not looked at."""
    try:
        operate, parameters = OPERATIONS[request["operation"]]
        today, args = to_date(request["businessDate"]), request["args"]
        values = [read(*(args[name] for name in names)) for read, *names in parameters]
    except MALFORMED:
        return {"outcome": "REFUSED", "reason": "INVALID"}
    try:
        return {"outcome": "OK", **operate(cinema, today, *values)}
    except Refused as refusal:
        return {"outcome": "REFUSED", "reason": refusal.args[0]}


def from_json(line: bytes) -> Any:
    """The value of a line, None for what is no JSON. All numbers become floats: `int` raises beyond 4,300 digits."""
    try:
        return json.loads(line.decode(), parse_int=float)
    except (ValueError, RecursionError):
        return None


def to_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


class Replica:
    """The conversation with a manager."""

    def __init__(self) -> None:
        self.cinema = Cinema()

    def respond(self, line: bytes) -> Optional[str]:
        """What is written for one line; None for a line that is not for a replica, and for a state that is none."""
        message = from_json(line)
        if not isinstance(message, dict):
            return None
        number = message.get("n")
        if isinstance(number, float) and number.is_integer():
            return to_json({"n": int(number), "result": execute(self.cinema, message)})
        if message.get("export") is True:
            state = to_json(self.cinema.export_state())
            return f'{{"state":{state},"digest":"{hashlib.sha256(state.encode()).hexdigest()}"}}'
        try:
            self.cinema = imported(message["import"])
        except MALFORMED:
            return None
        return to_json({"ready": True})


def batches(descriptor: int) -> Iterator[list[bytes]]:
    """The lines that end in each piece of input, as soon as it is there."""
    unfinished: list[bytes] = []
    while piece := os.read(descriptor, READ_BYTES_MAX):
        *lines, rest = piece.split(b"\n")
        if lines:
            lines[0] = b"".join([*unfinished, lines[0]])
            unfinished.clear()
            yield lines
        unfinished.append(rest)


def main() -> None:
    """Answers until the input ends. One flush a batch: no answer stays behind while the peer waits for it."""
    replica = Replica()
    for lines in batches(sys.stdin.fileno()):
        for line in lines:
            text = replica.respond(line)
            if text is not None:
                sys.stdout.buffer.write(f"{text}\n".encode())
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
