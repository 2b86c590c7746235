"""Invented names from many cultures. Nobody is meant: given and family names are drawn apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from itertools import count
from random import Random

CULTURES: dict[str, tuple[str, str]] = {
    "Nordic": (
        "Astrid Signe Eskil Torben Linnea Håkon Maja Joakim",
        "Sørvik Dalgaard Nyström Bakkerud Holmsen Vestby Ekdahl Brandvik",
    ),
    "German": (
        "Henrike Jannik Wiebke Matthias Frauke Ansgar Elke Ruprecht",
        "Steinbrück Oelker Wendtland Harksen Kallweit Brandis Möhring Tiedjen",
    ),
    "Iberian": (
        "Nuria Xavi Amaia Gonzalo Beatriz Iker Leonor Duarte",
        "Etxeberri Valdecasas Carrasqueira Montalvo Ferreirinha Zubiaga Lobato Quintela",
    ),
    "West African": (
        "Adaeze Kwabena Folake Chidi Amma Sekou Ngozi Kofi",
        "Amankwah Eze-Williams Oyelaran Mensah-Boye Danquah Ilesanmi Traoré Nwabueze",
    ),
    "East African": (
        "Wanjiru Baraka Selam Otieno Makena Dawit Achieng Jabari",
        "Kiplimo Tesfamariam Wekesa Mugendi Gebreyes Odhiambo Nyambura Barasa",
    ),
    "Indian": (
        "Ananya Rohit Meera Siddharth Kavya Arvind Lakshmi Nikhil",
        "Raghunathan Deshmukh Chatterji Venkatesan Bhandari Pillai Kulkarni Sengupta",
    ),
    "Arab": (
        "Rania Karim Salma Yousef Huda Tariq Lamia Nabil",
        "Al-Sabbagh Haddadin Khoury-Nasr Benyahia Mansouri Darwazeh Qabbani Zerhouni",
    ),
    "Turkish": (
        "Elif Emre Defne Kerem Zeynep Baran Sevgi Onur",
        "Karadeniz Yıldırım Aksoylu Toprakçı Demirtaş Güneşli Sarıkaya Özgür",
    ),
    "Persian": (
        "Shirin Arash Parisa Kaveh Niloufar Ramin Mahsa Bijan",
        "Tehranchi Golzari Farrokhi Daneshvar Khorasani Moradpour Sohrabi Ebtekari",
    ),
    "Slavic": (
        "Zuzanna Kacper Milena Bohdan Jitka Dragan Olena Tymon",
        "Wiśniecki Horvatić Shevchuk Novotná-Ryba Kowalczuk Dvorský Petrenko Jaworek",
    ),
    "East Asian": (
        "Haruka Min-jun Yuxin Takumi Ji-woo Weiming Aiko Jianyu",
        "Takemori Baek Fujisaki Ouyang Kanzaki Noh Xiang Hoshizora",
    ),
    "South-East Asian": (
        "Linh Bayu Siti Anong Minh Rizal Dewi Thanh",
        "Nguyen-Pham Santoso Rattanakosin Wibowo Dalisay Abdul-Rahim Macaraeg Somboon",
    ),
    "Latin American": (
        "Camila Thiago Ximena Joaquín Valentina Mateus Marisol Benício",
        "Quispe-Rojas Albuquerque Ayala-Mendez Cavalcanti Huamán Villaseñor Barrientos Sepúlveda",
    ),
    "British Isles": (
        "Niamh Rhodri Isla Callum Siobhán Gethin Morag Fergus",
        "Pembridge Llewelyn-Ash Ó-Dálaigh MacAskill Thornbury Gwilym Carrickmore Strathie",
    ),
}

PLAIN = str.maketrans({"ø": "o", "ł": "l", "ı": "i", "ß": "ss", "æ": "ae", "đ": "d", "ð": "d"})


def draw_names(rng: Random) -> Iterator[str]:
    """Names without end: no given or family name comes twice before each has come once."""
    givens = [(culture, given) for culture, (names, _) in CULTURES.items() for given in names.split()]
    rng.shuffle(givens)
    families = {culture: _shuffled(rng, names.split()) for culture, (_, names) in CULTURES.items()}
    for lap in count():
        used = dict.fromkeys(CULTURES, lap)
        for culture, given in givens:
            own = families[culture]
            yield f"{given} {own[used[culture] % len(own)]}"
            used[culture] += 1


def email_local_part(name: str) -> str:
    """`Håkon Ó-Dálaigh` is `hakon.odalaigh`."""
    plain = name.lower().translate(PLAIN).replace(" ", ".")
    return unicodedata.normalize("NFKD", plain).encode("ascii", "ignore").decode()


def _shuffled(rng: Random, names: list[str]) -> list[str]:
    rng.shuffle(names)
    return names
