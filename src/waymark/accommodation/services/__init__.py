"""What is done with providers, schemes and units."""

from waymark.accommodation.services.holding import (
    NewHold,
    add_holds,
    cancel,
    end_stay,
    extend_reservation,
    extend_stay,
    hold,
    keep_reservation,
    lapse_reservations,
    move_arrival,
    reserve,
    start_stay,
)
from waymark.accommodation.services.places import add_provider, add_scheme, add_unit, change_scheme, change_unit
from waymark.accommodation.services.upkeep import (
    NewVoid,
    add_voids,
    bring_back,
    close_void,
    record_void,
    take_out_of_service,
)

__all__ = [
    "NewHold",
    "NewVoid",
    "add_holds",
    "add_provider",
    "add_scheme",
    "add_unit",
    "add_voids",
    "bring_back",
    "cancel",
    "change_scheme",
    "change_unit",
    "close_void",
    "end_stay",
    "extend_reservation",
    "extend_stay",
    "hold",
    "keep_reservation",
    "lapse_reservations",
    "move_arrival",
    "record_void",
    "reserve",
    "start_stay",
    "take_out_of_service",
]
