"""Names that stand for each other: short forms, and spellings too far apart to sound alike. Each line is one name."""

from __future__ import annotations

from collections.abc import Iterable

NAMES = """
abdul abdullah abdallah
abigail abbie gail
aleksander alexander alexandra alex sandra sasha xander aleks
anthony tony anton
benjamin ben benji
catherine katherine kate katie kathy cath kat cathy kasia katarzyna
charles charlie charlotte lottie chas
christopher chris kit
christina christine chris tina krystyna
daniel dan danny daniela danielle
david dave davy dawid
edward ed eddie ted teddy ned
elizabeth eliza liz lizzie beth betty libby elsie lisa elisabeth
emmanuel manny emanuel
fatima fatma fatoumata fatou
francis frances frankie fran frank
frederick fred freddie
gabriel gabe gabi gabrielle gabriella
george georgie jorge
hadija khadija khadijah kadi
henry harry hal
ibrahim abraham ebrahim ibs
isabel isabella bella izzy isobel
jacob jake jakub yakub yaqub
james jim jimmy jamie
jennifer jen jenny
jessica jess jessie
john johnny jack ian sean evan ivan jan juan giovanni yahya
jonathan jon jonny nathan
joseph joe joey yusuf yosef jose giuseppe
joshua josh
kayleigh kay
lewis louis lou luis
madeleine maddie maddy
margaret maggie meg peggy
matthew matt matty mateusz
maximilian max maxwell
michael mike mick mikey mikhail miguel michal
mohammed mo muhammed mehmet mamadou md
nathaniel nathan nate
nicholas nick nicky nikolai
nicola nicky nikki
oliver olly ollie olivia liv
patrick pat paddy patricia tricia trish
peter pete piotr pedro
philip phil pip
rebecca becky becca
richard rick ricky dick richie
robert rob robbie bob bobby
ronald ron ronnie
samuel samantha sam sammy
siobhan shivaun shevaun
stephen steven steve stevie stefan
susan sue susie suzanne
theodore theo teddy
thomas tom tommy
timothy tim timmy
victoria vicky tori vic wiktoria
william will bill billy liam wills willem
zachary zac zak zack zakariya zakaria
"""

_GROUPS = [frozenset(line.split()) for line in NAMES.strip().splitlines()]


def also_known_as(name: str) -> set[str]:
    """The name and every other that stands for it, in small letters: "bill" also finds William, and William Bill."""
    plain = name.casefold().strip()
    return {plain, *_others(plain)}


def _others(plain: str) -> Iterable[str]:
    for group in _GROUPS:
        if plain in group:
            yield from group
