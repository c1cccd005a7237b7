"""Nobody and nowhere in the demo is real."""

from __future__ import annotations

import re
from random import Random

from waymark.demo.simulation import Part, names
from waymark.demo.simulation.organisation import SCHEMES_EACH_BLOCK

# The local authorities of London, Islington and Camden among them, which the protocol's sources name.
LONDON_AUTHORITIES = {
    *("Barking", "Dagenham", "Barnet", "Bexley", "Brent", "Bromley", "Camden", "Croydon", "Ealing", "Enfield"),
    *("Greenwich", "Hackney", "Hammersmith", "Fulham", "Haringey", "Harrow", "Havering", "Hillingdon", "Hounslow"),
    *("Islington", "Kensington", "Chelsea", "Kingston", "Lambeth", "Lewisham", "Merton", "Newham", "Redbridge"),
    *("Richmond", "Southwark", "Sutton", "Hamlets", "Waltham", "Wandsworth", "Westminster"),
}

# Large real providers of supported accommodation, whose names a coined one might come close to.
REAL_PROVIDERS = {
    *("Centrepoint", "Depaul", "Mungo", "Peabody", "Evolve", "Riverside", "Sanctuary", "Notting", "Clarion"),
    *("Salvation", "YMCA", "Barnardo", "Catch22", "Hestia"),
}


def text_of(part: Part) -> str:
    block = part.block
    shown = [block.borough.name, block.borough.council]
    shown += [agency.name for agency in block.agencies] + [team.name for team in block.teams]
    shown += [scheme.name for scheme in block.schemes] + [scheme.address for scheme in block.schemes]
    shown += [member.name for member in block.members] + [resident.name for resident in part.residents]
    return "\n".join(shown)


def test_no_real_london_authority_or_provider_is_named(part: Part) -> None:
    words = set(re.findall(r"[A-Za-z0-9]+", text_of(part)))
    assert words.isdisjoint(LONDON_AUTHORITIES)
    assert words.isdisjoint(REAL_PROVIDERS)


def test_coined_words_do_not_clash_with_real_places_either() -> None:
    coined = {*names.FAMILY, *names.STREETS, *names.HOUSES, *names.PROVIDERS}
    assert coined.isdisjoint(LONDON_AUTHORITIES)
    assert coined.isdisjoint(REAL_PROVIDERS)


def test_postcodes_are_of_an_area_that_does_not_exist(part: Part) -> None:
    for scheme in part.block.schemes:
        assert re.search(r" TV\d \d[A-Z]{2}$", scheme.address), scheme.address


def test_telephone_numbers_are_from_the_ranges_kept_for_drama(part: Part) -> None:
    mobiles = [person.phone for person in (*part.block.members, *part.residents)]
    assert all(re.fullmatch(r"07700 900\d{3}", phone) for phone in mobiles)
    assert all(re.fullmatch(r"020 7946 0\d{3}", scheme.phone) for scheme in part.block.schemes)


def test_addresses_for_mail_cannot_exist(part: Part) -> None:
    assert all(person.email.endswith(".example") for person in (*part.block.members, *part.residents))


def test_no_two_people_of_the_demo_share_a_name(part: Part) -> None:
    residents = [resident.name for resident in part.residents]
    staff = [member.name for member in part.block.members]
    assert len(set(residents)) == len(residents)
    assert len(set(staff)) == len(staff)


def test_the_largest_borough_has_names_enough() -> None:
    assert len({names.scheme_name(number) for number in range(100 * SCHEMES_EACH_BLOCK)}) == 1400
    assert len({names.provider_name(number) for number in range(600)}) == 600


def test_every_given_and_family_name_is_a_word() -> None:
    assert all(re.fullmatch(r"[A-Z][a-z]+(-[A-Z][a-z]+)?", name) for name in (*names.GIVEN, *names.FAMILY))
    assert names.given_and_family(Random(1), set()) == names.given_and_family(Random(1), set())
